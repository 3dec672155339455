import { formatStatement } from '../syntax/format-statement.ts';
import type { Family } from '../../../../net/address.ts';
import { union, type IntervalSet } from '../../../../net/interval-set.ts';
import type { DnatEffect, Effect } from '../../../model/action.ts';
import { choose, isVerdict, type Choice } from './sets/map-lookup.ts';
import type { TableContext } from './context.ts';
import { formatExpression } from '../syntax/format.ts';
import { gatherAddresses } from './sets/collect-addresses.ts';
import { gatherNumbers, parseNumber } from './sets/collect-numbers.ts';
import { finish, nothingGathered, type Values } from './sets/collected.ts';
import { isOfLaterVersion, readKey } from './sets/lookup-key.ts';
import { TYPES } from './select/number-type.ts';
import type { Element, Expression, Nat, Verdict, Statement } from '../syntax/syntax.ts';

/** `dnat to …`, `redirect to …`, `snat to …`, `masquerade`: to a constant, or to what a map gives. */
export function natChoice(nat: Nat, origin: Statement, context: TableContext): Choice {
  const map = nat.address?.kind === 'map' ? nat.address : nat.ports?.kind === 'map' ? nat.ports : undefined;
  if (map === undefined) return { matches: [], effects: [effectOf(nat, origin, context)] };
  const effectFor = (data: Expression | Verdict): Effect =>
    isVerdict(data)
      ? unreadable(origin)
      : effectOf(withData(nat, map === nat.address, data), origin, context);
  const spread = map.data.kind === 'set' ? oneOfAll(map.key, map.data.elements, effectFor) : undefined;
  if (spread !== undefined) return { matches: readKey(map.key, context).needs, effects: [spread] };
  const purpose = `${nat.type} ${nat.family ?? ''} ${nat.ports === null || map === nat.ports ? '' : formatExpression(nat.ports)}`;
  return choose(
    map.key,
    map.data,
    purpose,
    (data) => ({ id: isVerdict(data) ? '' : formatExpression(data), effects: [effectFor(data)] }),
    origin,
    context,
  );
}

/** The data of a map in the place of the map: an address, a port, or `address . port`. */
function withData(nat: Nat, isAddress: boolean, data: Expression): Nat {
  if (!isAddress) return { ...nat, ports: data };
  if (data.kind !== 'concat') return { ...nat, address: data };
  const [address = null, ports = null] = data.parts;
  return { ...nat, address, ports };
}

function effectOf({ type, family, address, ports }: Nat, origin: Statement, context: TableContext): Effect {
  switch (type) {
    case 'snat':
    case 'masquerade': {
      // Which port it gets is not asked, but nonsense is refused.
      if (ports !== null) portSet(ports, context);
      if (address !== null && !isConstant(address) && isOfLaterVersion(readKey(address, context)))
        return unreadable(origin);
      const ofFamily = family ?? familyOf(address, context);
      const to = address === null || ofFamily === null ? undefined : addressSet(address, ofFamily, context);
      return { kind: 'snat', family: type === 'snat' ? ofFamily : null, to: to ?? null };
    }
    case 'redirect': {
      const set = ports === null ? null : portSet(ports, context);
      return set === undefined ? unreadable(origin) : { kind: 'redirect', ports: set };
    }
    case 'dnat': {
      const toFamily = family ?? familyOf(address, context);
      const to =
        address === null ? null : toFamily === null ? undefined : addressSet(address, toFamily, context);
      const set = ports === null ? null : portSet(ports, context);
      if (to === undefined || set === undefined) return unreadable(origin);
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
  const gathered = nothingGathered();
  gatherNumbers(expression, TYPES.port, gathered, context);
  return onlyKnown(finish(gathered));
}

function addressSet(expression: Expression, family: Family, context: TableContext): IntervalSet | undefined {
  const gathered = nothingGathered();
  gatherAddresses(expression, family, gathered, context);
  return onlyKnown(finish(gathered));
}

function onlyKnown({ set, unknowns }: Values): IntervalSet | undefined {
  return unknowns.length > 0 || set.length === 0 ? undefined : set;
}

/** In an inet table the address itself tells. */
function familyOf(address: Expression | null, { table }: TableContext): Family | null {
  if (table.family === 'ip') return 4;
  if (table.family === 'ip6') return 6;
  const first =
    address?.kind === 'range' ? address.from : address?.kind === 'prefix' ? address.address : address;
  if (first?.kind !== 'word') return null;
  return first.text.includes(':') ? 6 : /^\d+\.\d/.test(first.text) ? 4 : null;
}

function unreadable(origin: Statement): Effect {
  return { kind: 'unknown', text: formatStatement(origin), reason: { code: 'unsupported' } };
}
