import type { IntervalSet } from '../../net/interval-set.ts';
import type { Match } from '../match.ts';
import type { Rule } from '../ruleset.ts';
import type { AddressValue, NumberValue } from './packet.ts';
import { hullOf, type Remaining } from './remaining.ts';
import type { Branch } from './run.ts';

/**
 * Columns of a long chain, one row a rule: the range of each field outside which the rule surely does not match. One
 * pass over numbers finds the few rules a packet can meet; everything exact is left to the rule itself.
 */
export type Prefilter = Readonly<Record<FilteredField, Range>>;

const FIELDS = ['protocol', 'destination-port', 'source-port', 'source', 'destination'] as const;

type FilteredField = (typeof FIELDS)[number];

interface Range {
  readonly from: Float64Array;
  readonly to: Float64Array;
}

/** Below this a chain is looked through faster than the columns are asked. */
const WORTHWHILE = 32;

const made = new WeakMap<readonly Rule[], Prefilter>();

export function prefilterOf(rules: readonly Rule[]): Prefilter | null {
  if (rules.length < WORTHWHILE) return null;
  const known = made.get(rules);
  if (known !== undefined) return known;
  const prefilter = makePrefilter(rules);
  made.set(rules, prefilter);
  return prefilter;
}

/** The index of the next rule, from `start`, that one of the branches may meet; the number of rules when there is none. */
export function nextCandidate(prefilter: Prefilter, start: number, branches: readonly Branch[]): number {
  const [branch] = branches;
  if (branch === undefined || branches.length > 1) return start;
  const { protocol, 'destination-port': port, 'source-port': sourcePort, source, destination } = prefilter;
  const [protocolLow, protocolHigh] = numberHull(branch.packet.numbers.protocol);
  const [portLow, portHigh] = numberHull(branch.packet.numbers['destination-port']);
  const [sourcePortLow, sourcePortHigh] = numberHull(branch.packet.numbers['source-port']);
  const [sourceLow, sourceHigh] = addressHull(branch.packet.addresses.source, branch);
  const [destinationLow, destinationHigh] = addressHull(branch.packet.addresses.destination, branch);
  const count = protocol.from.length;
  for (let i = start; i < count; i++) {
    if (
      misses(port, i, portLow, portHigh) ||
      misses(source, i, sourceLow, sourceHigh) ||
      misses(destination, i, destinationLow, destinationHigh) ||
      misses(protocol, i, protocolLow, protocolHigh) ||
      misses(sourcePort, i, sourcePortLow, sourcePortHigh)
    ) {
      continue;
    }
    return i;
  }
  return count;
}

function misses({ from, to }: Range, row: number, low: number, high: number): boolean {
  return (from[row] ?? 0) >= high || (to[row] ?? 0) <= low;
}

function makePrefilter(rules: readonly Rule[]): Prefilter {
  const columns = Object.fromEntries(
    FIELDS.map((field) => [
      field,
      { from: new Float64Array(rules.length), to: new Float64Array(rules.length).fill(Infinity) },
    ]),
  ) as Record<FilteredField, Range>;
  rules.forEach(({ matches }, row) => {
    for (const match of matches) narrow(columns, row, match);
  });
  return columns;
}

function narrow(columns: Record<FilteredField, Range>, row: number, match: Match): void {
  if (match.kind !== 'number' && match.kind !== 'address') return;
  if (match.kind === 'number' ? match.mask !== undefined : match.family !== 4) return;
  const column = isFiltered(match.field) ? columns[match.field] : undefined;
  if (column === undefined) return;
  const [low, high] = hull(match.in);
  column.from[row] = Math.max(column.from[row] ?? 0, low);
  column.to[row] = Math.min(column.to[row] ?? Infinity, high);
}

function isFiltered(field: string): field is FilteredField {
  return (FIELDS as readonly string[]).includes(field);
}

function hull(set: IntervalSet): readonly [number, number] {
  return set.length === 0 ? [Infinity, 0] : [Number(set[0]), Number(set[set.length - 1])];
}

const EVERYTHING = [0, Infinity] as const;

function numberHull(value: NumberValue): readonly [number, number] {
  if (typeof value === 'number') return [value, value + 1];
  return value?.kind === 'within' ? hull(value.in) : EVERYTHING;
}

function addressHull(value: AddressValue, { packet, peers }: Branch): readonly [number, number] {
  if (value === null || packet.family === 6) return EVERYTHING;
  return value === 'peers' ? remainingHull(peers) : hull(value);
}

function remainingHull(peers: Remaining): readonly [number, number] {
  const found = hullOf(peers);
  return found === null ? [Infinity, 0] : [Number(found[0]), Number(found[1])];
}
