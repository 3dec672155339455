import type { Expression, Nat } from '../syntax/syntax.ts';
import { transportOf } from '../lower/select/select-field.ts';
import { readSource, startsExpression } from './expression.ts';
import type { Reading } from './scan/parser-state.ts';

/** `dnat [ip|ip6] [addr . port|prefix|interval] [to] ADDRESS[:PORTS] [FLAGS]`; it stands on the first word. */
export function readNat(reading: Reading, type: Nat['type']): Nat {
  const { lexer } = reading;
  lexer.next();
  // `dnat ip daddr map { … }` begins with a part of the packet.
  const isFamily = (lexer.is('ip') || lexer.is('ip6')) && FAMILY_IS_BEFORE.has(lexer.peek().text);
  const family = !isFamily ? null : lexer.is('ip') ? 4 : 6;
  if (isFamily) lexer.next();
  // JSON calls netmap what the text calls prefix.
  const flags: string[] = [];
  let isKeyed = family !== null;
  if (family === null && lexer.is('addr'))
    throw lexer.fail('addr . port without its family', 'write ip or ip6 before it');
  if (lexer.skip('addr')) {
    lexer.expect('.');
    lexer.expect('port');
    isKeyed = true;
  } else if (lexer.skip('prefix')) {
    flags.push('netmap');
    isKeyed = true;
  } else if (lexer.skip('interval')) isKeyed = true;
  let address: Expression | null = null;
  let ports: Expression | null = null;
  const hasTarget = lexer.skip('to');
  if (type === 'masquerade' || type === 'redirect') {
    if (hasTarget) {
      // `redirect to tcp dport map { … }` needs no colon.
      if (type === 'masquerade') lexer.expect(':');
      else lexer.skip(':');
      ports = readSource(reading);
    }
  } else {
    if (isKeyed && !hasTarget) lexer.expect('to');
    if (!lexer.is(':')) address = readAddress(reading);
    if (lexer.skip(':')) ports = readSource(reading);
  }
  return { kind: 'nat', type, family, ...split(address, ports), flags: [...flags, ...readFlags(reading)] };
}

/** nft lists a range of IPv6 before ports as `[fd00::1-fd00::9]:80`, which it does not read itself. */
function readAddress(reading: Reading): Expression {
  const { lexer } = reading;
  const isName = transportOf(lexer.text) !== undefined && !startsExpression(reading);
  if (isName || lexer.is('to')) throw lexer.fail('expected an address', 'give one, or a part of the packet');
  if (!lexer.skip('[')) return readSource(reading);
  const range = readSource(reading);
  lexer.expect(']');
  return range;
}

const FAMILY_IS_BEFORE: ReadonlySet<string> = new Set(['to', 'addr', 'prefix', 'interval', ':']);

/** `addr . port to 10.0.0.1 . 80` */
function split(address: Expression | null, ports: Expression | null): Pick<Nat, 'address' | 'ports'> {
  if (address?.kind !== 'concat') return { address, ports };
  const [first = null, second = null] = address.parts;
  return { address: first, ports: second };
}

const FLAGS: ReadonlySet<string> = new Set(['random', 'fully-random', 'persistent']);

function readFlags({ lexer }: Reading): readonly string[] {
  const flags: string[] = [];
  if (lexer.kind !== 'word' || !FLAGS.has(lexer.text)) return flags;
  do flags.push(lexer.name('a flag'));
  while (lexer.skip(','));
  return flags;
}
