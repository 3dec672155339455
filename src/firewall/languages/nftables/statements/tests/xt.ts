import { isObject, showJson, textOf } from '../../json/shape.ts';
import { ENOUGH_HOPS } from '../../../vocabulary/enough-hops.ts';
import type { Condition, Statement } from '../../syntax/syntax.ts';
import type { ParserState } from '../../text/scan/parser-state.ts';
import { CONDITION } from '../forms.ts';
import type { NftStatement } from '../statement.ts';

/** `xt match "recent"`, `xt target "LOG"`: an extension of iptables that nft shows by its name alone. */
export const XT: NftStatement<Condition> = {
  ...CONDITION,
  text: { xt: readXt },
  json: { xt: readJson },
};

function readXt({ lexer }: ParserState): Statement | undefined {
  if (!lexer.isBeforeWord()) return undefined;
  const { start } = lexer;
  lexer.next();
  const kind = lexer.name('match or target');
  const name = lexer.name('the name of an extension');
  return extension(kind, name, lexer.textFrom(start));
}

function readJson(content: unknown): Statement {
  const { type, name } = isObject(content) ? content : {};
  return extension(textOf(type) ?? '', textOf(name) ?? '', showJson({ xt: content }));
}

/** A match only tests. */
function extension(kind: string, name: string, text: string): Statement {
  if (kind === 'match') return { kind: 'condition', text, reason: { code: 'opaque-extension' } };
  const [target = ''] = name.split(' ');
  if (target === 'REJECT') return { kind: 'reject', type: null, code: null };
  if ((target === 'TTL' || target === 'HL') && !leavesEnoughHops(name))
    return { kind: 'unknown', text, reason: { code: 'hop-limit' } };
  return NEUTRAL.has(target)
    ? { kind: 'note', text }
    : { kind: 'unknown', text, reason: { code: 'opaque-extension' } };
}

/** Only older listings show to what value: `# TTL set to 64`. IPv6 neighbour discovery needs the hop limit as it was. */
function leavesEnoughHops(name: string): boolean {
  return name.startsWith('TTL increment by') || Number(/^TTL set to (\d+)/.exec(name)?.[1]) >= ENOUGH_HOPS;
}

/** Targets that decide nothing and change nothing a later rule of ours tests, whatever their options. */
const NEUTRAL: ReadonlySet<string> = new Set([
  ...['AUDIT', 'CHECKSUM', 'CLASSIFY', 'CONNSECMARK', 'DSCP', 'ECN', 'IDLETIMER', 'LED', 'LOG'],
  ...['NFLOG', 'RATEEST', 'SECMARK', 'TCPMSS', 'TEE', 'TOS', 'TRACE', 'TTL', 'ULOG'],
]);
