import type { Family } from '../../../../../net/address.ts';
import { union, type IntervalSet } from '../../../../../net/interval-set.ts';
import type { DnatEffect, Effect } from '../../../../model/action.ts';
import { readExpression } from '../../json/expression.ts';
import { isObject, listOf, textOf } from '../../json/shape.ts';
import type { TableContext } from '../../lower/context.ts';
import { does, type Lowered } from '../../lower/lowered.ts';
import { TYPES } from '../../lower/values/number-type.ts';
import { transportOf } from '../../lower/select/select-field.ts';
import { collectAddresses } from '../../lower/values/collect-addresses.ts';
import { collectNumbers } from '../../lower/values/collect-numbers.ts';
import { emptyCollection, toValues, type Values } from '../../lower/values/collected.ts';
import { isOfLaterVersion, readKey } from '../../lower/sets/lookup-key.ts';
import { lookUpMap } from '../../lower/sets/map-lookup.ts';
import { formatExpression } from '../../syntax/format.ts';
import { parseNumber } from '../../syntax/number.ts';
import type { Element, Expression, Nat, Verdict } from '../../syntax/syntax.ts';
import { isVerdict } from '../../syntax/verdict.ts';
import { readSource, startsExpression } from '../../text/expression.ts';
import type { ParserState } from '../../text/scan/parser-state.ts';
import type { NftStatement } from '../statement.ts';

/** `dnat to 10.0.0.1:80`, `redirect to :8080`, `snat to …`, `masquerade` */
export const NAT: NftStatement<Nat> = {
  kind: 'nat',
  text: {
    snat: (state) => readNat(state, 'snat'),
    dnat: (state) => readNat(state, 'dnat'),
    masquerade: (state) => readNat(state, 'masquerade'),
    redirect: (state) => readNat(state, 'redirect'),
  },
  json: {
    snat: (content) => readJson('snat', content),
    dnat: (content) => readJson('dnat', content),
    masquerade: (content) => readJson('masquerade', content),
    redirect: (content) => readJson('redirect', content),
  },
  lower,
  format,
  isTerminal: () => true,
};

/** `dnat [ip|ip6] [addr . port|prefix|interval] [to] ADDRESS[:PORTS] [FLAGS]`; the current token is its first word. */
export function readNat(state: ParserState, type: Nat['type']): Nat {
  const { lexer } = state;
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
      ports = readSource(state);
    }
  } else {
    if (isKeyed && !hasTarget) lexer.expect('to');
    if (!lexer.is(':')) address = readAddress(state);
    if (lexer.skip(':')) ports = readSource(state);
  }
  return { kind: 'nat', type, family, ...target(address, ports), flags: [...flags, ...readFlags(state)] };
}

/** nft lists a range of IPv6 before ports as `[fd00::1-fd00::9]:80`, which it does not read itself. */
function readAddress(state: ParserState): Expression {
  const { lexer } = state;
  const isName = transportOf(lexer.text) !== undefined && !startsExpression(state);
  if (isName || lexer.is('to')) throw lexer.fail('expected an address', 'give one, or a part of the packet');
  if (!lexer.skip('[')) return readSource(state);
  const range = readSource(state);
  lexer.expect(']');
  return range;
}

const FAMILY_IS_BEFORE: ReadonlySet<string> = new Set(['to', 'addr', 'prefix', 'interval', ':']);

const FLAGS: ReadonlySet<string> = new Set(['random', 'fully-random', 'persistent']);

function readFlags({ lexer }: ParserState): readonly string[] {
  const flags: string[] = [];
  if (lexer.kind !== 'word' || !FLAGS.has(lexer.text)) return flags;
  do flags.push(lexer.name('a flag'));
  while (lexer.skip(','));
  return flags;
}

/** `{"dnat": {"family": "ip", "addr": …, "port": …, "flags": …}}` */
function readJson(type: Nat['type'], content: unknown): Nat | undefined {
  if (content !== null && !isObject(content)) return undefined;
  const { family, addr, port, flags } = content ?? {};
  const wantsTarget = type === 'snat' || type === 'dnat';
  if (wantsTarget && addr === undefined && port === undefined) return undefined;
  const address = addr === undefined ? null : readExpression(addr);
  const ports = port === undefined ? null : readExpression(port);
  return {
    kind: 'nat',
    type,
    family: family === 'ip' ? 4 : family === 'ip6' ? 6 : null,
    ...target(address, ports),
    flags: listOf(flags).flatMap((flag) => textOf(flag) ?? []),
  };
}

/** `addr . port to 10.0.0.1 . 80` gives both as one. */
function target(address: Expression | null, ports: Expression | null): Pick<Nat, 'address' | 'ports'> {
  if (address?.kind !== 'concat') return { address, ports };
  const [first = null, second = null] = address.parts;
  return { address: first, ports: second };
}

function format({ type, family, address, ports, flags }: Nat): string {
  const words: string[] = [type];
  if (family !== null) words.push(family === 4 ? 'ip' : 'ip6');
  // JSON calls netmap what the text calls prefix.
  if (flags.includes('netmap')) words.push('prefix');
  if (address !== null || ports !== null) {
    const to = address === null ? '' : formatExpression(address);
    words.push('to', ports === null ? to : `${to}:${formatExpression(ports)}`);
  }
  const shown = flags.filter((flag) => flag !== 'netmap');
  return [...words, ...(shown.length === 0 ? [] : [shown.join(',')])].join(' ');
}

/** To a constant, or to what a map gives. */
function lower(nat: Nat, context: TableContext): Lowered {
  const text = (): string => format(nat);
  const map = nat.address?.kind === 'map' ? nat.address : nat.ports?.kind === 'map' ? nat.ports : undefined;
  if (map === undefined) return does(effectOf(nat, text, context));
  const effectFor = (data: Expression | Verdict): Effect =>
    isVerdict(data) ? unsupported(text) : effectOf(withData(nat, map === nat.address, data), text, context);
  const spread = map.data.kind === 'set' ? oneOfAll(map.key, map.data.elements, effectFor) : undefined;
  if (spread !== undefined) return { matches: readKey(map.key, context).dependencies, effects: [spread] };
  const purpose = `${nat.type} ${nat.family ?? ''} ${nat.ports === null || map === nat.ports ? '' : formatExpression(nat.ports)}`;
  return lookUpMap(
    map.key,
    map.data,
    purpose,
    (data) => ({ id: isVerdict(data) ? '' : formatExpression(data), effects: [effectFor(data)] }),
    text,
    context,
  );
}

/** The data of a map in the place of the map: an address, a port, or `address . port`. */
function withData(nat: Nat, isAddress: boolean, data: Expression): Nat {
  if (!isAddress) return { ...nat, ports: data };
  return data.kind === 'concat' ? { ...nat, ...target(data, null) } : { ...nat, address: data };
}

function effectOf({ type, family, address, ports }: Nat, text: () => string, context: TableContext): Effect {
  switch (type) {
    case 'snat':
    case 'masquerade': {
      // The new source port decides nothing, but a value that is not a port is an error.
      if (ports !== null) portSet(ports, context);
      if (address !== null && !isConstant(address) && isOfLaterVersion(readKey(address, context)))
        return unsupported(text);
      const ofFamily = family ?? familyOf(address, context);
      const to = address === null || ofFamily === null ? undefined : addressSet(address, ofFamily, context);
      return { kind: 'snat', family: type === 'snat' ? ofFamily : null, to: to ?? null };
    }
    case 'redirect': {
      const set = ports === null ? null : portSet(ports, context);
      return set === undefined ? unsupported(text) : { kind: 'redirect', ports: set };
    }
    case 'dnat': {
      const toFamily = family ?? familyOf(address, context);
      const to =
        address === null ? null : toFamily === null ? undefined : addressSet(address, toFamily, context);
      const set = ports === null ? null : portSet(ports, context);
      if (to === undefined || set === undefined) return unsupported(text);
      return { kind: 'dnat', family: toFamily, to, ports: set };
    }
  }
}

/** A counter or a random number over a map with an answer for each of its values: one of all the addresses. */
function oneOfAll(
  key: Expression,
  elements: readonly Element[],
  effectFor: (data: Expression | Verdict) => Effect,
): DnatEffect | undefined {
  if (key.kind !== 'opaque' || key.modulus === undefined) return undefined;
  const answered = new Set<number>();
  let all: DnatEffect | undefined;
  for (const { key: element, data } of elements) {
    const value = element.kind === 'word' ? parseNumber(element.text) : undefined;
    const effect = data === null ? undefined : effectFor(data);
    if (value === undefined || effect?.kind !== 'dnat' || effect.to === null) return undefined;
    if (all !== undefined && String(all.ports) !== String(effect.ports)) return undefined;
    answered.add(value);
    all = { ...effect, to: union(all?.to ?? [], effect.to) };
  }
  for (let value = 0; value < key.modulus; value++) if (!answered.has(value)) return undefined;
  return all;
}

function isConstant({ kind }: Expression): boolean {
  return kind === 'word' || kind === 'range' || kind === 'prefix' || kind === 'set' || kind === 'reference';
}

function portSet(expression: Expression, context: TableContext): IntervalSet | undefined {
  const collected = emptyCollection();
  collectNumbers(expression, TYPES.port, collected, context);
  return onlyKnown(toValues(collected));
}

function addressSet(expression: Expression, family: Family, context: TableContext): IntervalSet | undefined {
  const collected = emptyCollection();
  collectAddresses(expression, family, collected, context);
  return onlyKnown(toValues(collected));
}

function onlyKnown({ set, unknowns }: Values): IntervalSet | undefined {
  return unknowns.length > 0 || set.length === 0 ? undefined : set;
}

/** In an inet table that of the address itself. */
function familyOf(address: Expression | null, { table }: TableContext): Family | null {
  if (table.family === 'ip') return 4;
  if (table.family === 'ip6') return 6;
  const first =
    address?.kind === 'range' ? address.from : address?.kind === 'prefix' ? address.address : address;
  if (first?.kind !== 'word') return null;
  return first.text.includes(':') ? 6 : /^\d+\.\d/.test(first.text) ? 4 : null;
}

function unsupported(text: () => string): Effect {
  return { kind: 'unknown', text: text(), reason: { code: 'unsupported' } };
}
