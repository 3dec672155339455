import { isObject, textOf } from '../../json/shape.ts';
import { familyDependencies, protocolDependencies } from '../../lower/dependencies.ts';
import type { TableContext } from '../../lower/context.ts';
import { NOTHING, type Lowered } from '../../lower/lowered.ts';
import type { Reject } from '../../syntax/syntax.ts';
import type { ParserState } from '../../text/scan/parser-state.ts';
import type { NftStatement } from '../statement.ts';

/** `reject with icmpx admin-prohibited` */
export const REJECT: NftStatement<Reject> = {
  kind: 'reject',
  text: { reject: readReject },
  json: { reject: readJson },
  lower,
  format: ({ type, code }) =>
    ['reject', ...(type === null ? [] : ['with', type]), ...(code === null ? [] : [code])].join(' '),
  isTerminal: () => true,
};

/** The ICMP messages it may answer with (nft(8), REJECT STATEMENT). */
const CODES = {
  icmp: [
    ...['net-unreachable', 'host-unreachable', 'prot-unreachable', 'port-unreachable'],
    ...['net-prohibited', 'host-prohibited', 'admin-prohibited', 'frag-needed'],
  ],
  icmpv6: [
    'no-route',
    'admin-prohibited',
    'addr-unreachable',
    'port-unreachable',
    'policy-fail',
    'reject-route',
  ],
  icmpx: ['port-unreachable', 'admin-prohibited', 'no-route', 'host-unreachable'],
} as const satisfies Record<string, readonly string[]>;

/** `reject [with icmp|icmpv6|icmpx [type] X | with tcp reset]` */
function readReject({ lexer }: ParserState): Reject {
  lexer.next();
  if (!lexer.skip('with')) return { kind: 'reject', type: null, code: null };
  const type = lexer.name('icmp, icmpv6, icmpx or tcp reset');
  if (type === 'tcp') {
    lexer.expect('reset');
    return { kind: 'reject', type: 'tcp reset', code: null };
  }
  if (type !== 'icmp' && type !== 'icmpv6' && type !== 'icmpx')
    throw lexer.fail(`not an answer: ${type}`, 'use icmp, icmpv6, icmpx or tcp reset');
  lexer.skip('type');
  const at = lexer.start;
  const code = lexer.name('the name of an ICMP code');
  if (!isCode(type, code) && !/^\d{1,3}$/.test(code))
    throw lexer.fail(`not a code of ${type}`, `use ${CODES[type].join(', ')}`, at);
  return { kind: 'reject', type, code };
}

function readJson(content: unknown): Reject | undefined {
  if (content === null) return { kind: 'reject', type: null, code: null };
  if (!isObject(content)) return undefined;
  const { type, expr } = content;
  switch (type) {
    case undefined:
      return { kind: 'reject', type: null, code: null };
    case 'tcp reset':
      return { kind: 'reject', type, code: null };
    case 'icmp':
    case 'icmpv6':
    case 'icmpx': {
      const isKnown =
        typeof expr === 'string' ? isCode(type, expr) : expr === undefined || typeof expr === 'number';
      return isKnown ? { kind: 'reject', type, code: textOf(expr) ?? null } : undefined;
    }
    default:
      return undefined;
  }
}

function isCode(type: keyof typeof CODES, code: string): boolean {
  return CODES[type].some((known) => known === code);
}

/** A listing leaves out the `meta nfproto` or `meta l4proto` that nft puts before a reject of one family or protocol. */
function lower({ type, code }: Reject, { table }: TableContext): Lowered {
  const answer =
    type === null || code === 'port-unreachable' ? null : code === null ? type : `${type} ${code}`;
  const effects: Lowered['effects'] = [{ kind: 'reject', with: answer }];
  switch (type) {
    case 'tcp reset':
      return { matches: protocolDependencies(6), effects };
    case 'icmp':
      return { matches: familyDependencies(4, table.family), effects };
    case 'icmpv6':
      return { matches: familyDependencies(6, table.family), effects };
    default:
      return { matches: NOTHING.matches, effects };
  }
}
