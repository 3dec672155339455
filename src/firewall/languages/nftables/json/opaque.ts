import { formatExpression } from '../syntax/format.ts';
import type { Expression, HeaderOption, Opaque } from '../syntax/syntax.ts';
import { numberIn, textOf, type JsonObject } from './shape.ts';
import type { Reason } from '../../../model/reason.ts';

/** A value that a packet does not show, as the text dialect writes it. */
export function readOpaque(
  tag: string,
  content: JsonObject,
  read: (inner: unknown) => Expression,
): Opaque | undefined {
  const word = (key: string): string => textOf(content[key]) ?? '';
  switch (tag) {
    case 'tcp option':
      if (typeof content.name !== 'string' && typeof content.base !== 'number') return undefined;
      return optionOf('tcp', content, opaque(['tcp option', ...option(content)], { code: 'tcp-options' }, 6));
    case 'dccp option':
      return optionOf('dccp', content, opaque(['dccp option', word('type')], { code: 'header-field' }, 33));
    case 'ip option':
      return optionOf('ip', content, opaque(['ip option', ...option(content)], { code: 'header-field' }));
    case 'sctp chunk':
      return optionOf('sctp', content, opaque(['sctp chunk', ...option(content)], { code: 'payload' }, 132));
    case 'socket':
      return opaque(['socket', word('key')], { code: 'sockets' });
    case 'osf':
      return opaque(['osf', ...(content.ttl === undefined ? [] : ['ttl', word('ttl')]), word('key')], {
        code: 'payload',
      });
    case 'rt':
      return opaque(
        ['rt', word('family'), word('key')],
        content.key === 'ipsec' ? { code: 'ipsec' } : { code: 'routing' },
      );
    case 'ipsec':
      return opaque(
        [
          'ipsec',
          word('dir'),
          ...(content.spnum === 0 ? [] : ['spnum', word('spnum')]),
          word('family'),
          word('key'),
        ],
        { code: 'ipsec' },
      );
    case 'numgen':
      return generator(['numgen', word('mode')], content);
    case 'symhash':
      return generator(['symhash'], content);
    case 'jhash': {
      const of = read(content.expr);
      return { ...generator(['jhash', formatExpression(of)], content), modulus: undefined, of };
    }
    default:
      return undefined;
  }
}

/** Without a field the test is for the option itself. */
function optionOf(
  header: HeaderOption['header'],
  { base, field, offset, len }: JsonObject,
  opaque: Opaque,
): Opaque {
  const isFirstByte = typeof base === 'number' && offset === 0 && len === 8;
  const isField = typeof base === 'number' || field !== undefined;
  return { ...opaque, option: { header, tests: isFirstByte ? 'either' : isField ? 'field' : 'presence' } };
}

function option(content: JsonObject): readonly string[] {
  const { name, field, base, offset, len } = content;
  if (typeof base === 'number') return [`@${base},${textOf(offset) ?? ''},${textOf(len) ?? ''}`];
  return [textOf(name) ?? '', textOf(field) ?? ''];
}

function generator(words: readonly string[], content: JsonObject): Opaque {
  const modulus = numberIn(content, 'mod');
  const seed = numberIn(content, 'seed');
  const offset = numberIn(content, 'offset') ?? 0;
  const rest = [
    ...(modulus === undefined ? [] : [`mod ${modulus}`]),
    ...(seed === undefined || seed === 0 ? [] : [`seed 0x${seed.toString(16)}`]),
    ...(offset === 0 ? [] : [`offset ${offset}`]),
  ];
  return { ...opaque([...words, ...rest], { code: 'chance' }), modulus: offset === 0 ? modulus : undefined };
}

function opaque(words: readonly string[], reason: Reason, protocol?: number): Opaque {
  return { kind: 'opaque', text: words.filter((word) => word !== '').join(' '), reason, protocol };
}
