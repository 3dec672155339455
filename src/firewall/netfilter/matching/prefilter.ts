import type { Family } from '../../../net/address.ts';
import type { Bound, IntervalSet } from '../../../net/interval-set.ts';
import type { Match } from '../../model/match.ts';
import type { Rule } from '../../model/ruleset.ts';
import type { AddressValue, NumberValue } from '../packet.ts';
import {
  bucketOver,
  firstFrom,
  rangeIndex,
  SCANS_BEFORE_INDEX,
  type RangeIndex,
  type Ranges,
} from './range-index.ts';
import type { PacketState } from '../evaluation.ts';
import type { Notes } from './notes.ts';

/**
 * Columns of a long chain, one row a rule: the range of each field outside which the rule surely does not match a packet of
 * the family. A few numbers then tell which rules a packet can meet; everything exact is left to the rule itself.
 */
export interface Prefilter {
  readonly family: Family;
  readonly columns: Readonly<Record<FilteredField, Ranges>>;
  /** The rows by the values of these fields, made when first asked for; null in chains too short for it. */
  readonly index: ((by: readonly IndexedField[]) => Index) | null;
  /** How many rows were looked through so far without the index. */
  scanned: number;
}

/** Each row is listed by the first of the fields that narrows it down. */
interface Index {
  readonly by: readonly { readonly field: IndexedField; readonly ranges: RangeIndex }[];
  /** Those that none does, ascending. */
  readonly rest: readonly number[];
}

const INDEXED = ['source', 'destination', 'destination-port'] as const;

type IndexedField = (typeof INDEXED)[number];

const FIELDS = ['protocol', 'destination-port', 'source-port', 'source', 'destination'] as const;

type FilteredField = (typeof FIELDS)[number];

/** Below this a chain is looked through faster than the columns are asked. */
const WORTHWHILE = 32;

/** Below this the columns are looked through faster than an index is made. */
const WORTH_AN_INDEX = 128;

const made = { 4: new WeakMap<readonly Rule[], Prefilter>(), 6: new WeakMap<readonly Rule[], Prefilter>() };

export function prefilterOf(rules: readonly Rule[], family: Family): Prefilter | null {
  if (rules.length < WORTHWHILE) return null;
  const known = made[family].get(rules);
  if (known !== undefined) return known;
  const prefilter = makePrefilter(rules, family);
  made[family].set(rules, prefilter);
  return prefilter;
}

/** The index of the next rule, from `start`, that one of the branches may meet; the number of rules when there is none. */
export function nextCandidate(
  prefilter: Prefilter,
  start: number,
  branches: readonly PacketState[],
  notes: Notes,
): number {
  const [branch] = branches;
  if (branch === undefined || branches.length > 1) return start;
  const { numbers, addresses } = branch.packet;
  const hulls = {
    protocol: numberHull(numbers.protocol),
    'destination-port': numberHull(numbers['destination-port']),
    'source-port': numberHull(numbers['source-port']),
    source: addressHull(addresses.source, branch),
    destination: addressHull(addresses.destination, branch),
  };
  const lists = listsFor(prefilter, hulls);
  if (lists !== null) return search(prefilter, hulls, start, lists, notes);
  const found = scan(prefilter, hulls, start);
  prefilter.scanned += found - start;
  notes.extra += (found - start) / ROWS_A_STEP;
  return found;
}

/** So many rows looked at take as long as one rule. */
const ROWS_A_STEP = 16;

type Hull = readonly [number, number];
type Hulls = Readonly<Record<FilteredField, Hull>>;

/** Lists of rows that hold, together, every row that may match; null where all rows have to be looked at. */
function listsFor(
  { index: make, columns, scanned }: Prefilter,
  hulls: Hulls,
): readonly (readonly number[])[] | null {
  if (make === null || scanned < SCANS_BEFORE_INDEX * columns.protocol.from.length) return null;
  let fields: readonly IndexedField[] = INDEXED.filter((field) => isNarrow(hulls[field]));
  while (fields.length > 0) {
    const { by, rest } = make(fields);
    const lists = by.map(({ field, ranges }) => bucketOver(ranges, ...hulls[field]));
    const found = lists.filter((list) => list !== null);
    if (found.length === lists.length) return [...found, rest];
    fields = fields.filter((_, nth) => lists[nth] !== null);
  }
  return null;
}

/** Not worth asking about whole networks: they are in more than one bucket. */
function isNarrow([low, high]: Hull): boolean {
  return high - low <= 2 ** 16;
}

function scan({ columns }: Prefilter, hulls: Hulls, start: number): number {
  const count = columns.protocol.from.length;
  for (let row = start; row < count; row++) if (mayMatch(columns, hulls, row)) return row;
  return count;
}

/** The lowest row of the lists, from `start`, that may match. */
function search(
  { columns }: Prefilter,
  hulls: Hulls,
  start: number,
  lists: readonly (readonly number[])[],
  notes: Notes,
): number {
  const count = columns.protocol.from.length;
  let lowest = count;
  for (const rows of lists) {
    const first = firstFrom(rows, start);
    let at = first;
    for (; at < rows.length; at++) {
      const row = rows[at] ?? count;
      if (row >= lowest) break;
      if (mayMatch(columns, hulls, row)) {
        lowest = row;
        break;
      }
    }
    notes.extra += (at - first) / ROWS_A_STEP;
  }
  return lowest;
}

function mayMatch(columns: Prefilter['columns'], hulls: Hulls, row: number): boolean {
  return (
    meets(columns.source, row, hulls.source) &&
    meets(columns['destination-port'], row, hulls['destination-port']) &&
    meets(columns.destination, row, hulls.destination) &&
    meets(columns.protocol, row, hulls.protocol) &&
    meets(columns['source-port'], row, hulls['source-port'])
  );
}

function meets({ from, to }: Ranges, row: number, [low, high]: Hull): boolean {
  return (from[row] ?? 0) < high && (to[row] ?? 0) > low;
}

function makePrefilter(rules: readonly Rule[], family: Family): Prefilter {
  const columns = Object.fromEntries(
    FIELDS.map((field) => [
      field,
      { from: new Float64Array(rules.length), to: new Float64Array(rules.length).fill(Infinity) },
    ]),
  ) as Record<FilteredField, Ranges>;
  rules.forEach(({ matches }, row) => {
    for (const match of matches) narrow(columns, row, match, family);
  });
  const index = rules.length < WORTH_AN_INDEX ? null : indexes(columns, rules.length);
  return { family, columns, index, scanned: 0 };
}

function indexes(columns: Prefilter['columns'], count: number): (by: readonly IndexedField[]) => Index {
  const made = new Map<string, Index>();
  return (fields) => {
    const known = made.get(fields.join()) ?? makeIndex(columns, count, fields);
    made.set(fields.join(), known);
    return known;
  };
}

function makeIndex(columns: Prefilter['columns'], count: number, fields: readonly IndexedField[]): Index {
  let rest: readonly number[] = Array.from({ length: count }, (_, row) => row);
  const by = fields.map((field) => {
    const ranges = rangeIndex(columns[field], rest);
    rest = ranges.wide;
    return { field, ranges };
  });
  return { by, rest };
}

function narrow(columns: Record<FilteredField, Ranges>, row: number, match: Match, family: Family): void {
  if (match.kind !== 'number' && match.kind !== 'address') return;
  if (match.kind === 'number' && match.mask !== undefined) return;
  const column = isFiltered(match.field) ? columns[match.field] : undefined;
  if (column === undefined) return;
  const isOfOtherFamily = match.kind === 'address' && match.family !== family;
  const [low, high] = isOfOtherFamily ? NOTHING : hull(match.in);
  column.from[row] = Math.max(column.from[row] ?? 0, low);
  column.to[row] = Math.min(column.to[row] ?? Infinity, high);
}

function isFiltered(field: string): field is FilteredField {
  return (FIELDS as readonly string[]).includes(field);
}

const NOTHING: Hull = [Infinity, 0];
const EVERYTHING: Hull = [0, Infinity];

function hull(set: IntervalSet): Hull {
  const [first, end] = [set[0], set[set.length - 1]];
  if (first === undefined || end === undefined) return NOTHING;
  return [coarse(first), typeof end === 'bigint' ? coarse(end - 1n) + 1 : end];
}

/** A number for an IPv6 address: its upper 52 bits, since a column holds no more. */
function coarse(bound: Bound): number {
  return typeof bound === 'bigint' ? Number(bound >> 76n) : bound;
}

function numberHull(value: NumberValue): Hull {
  if (typeof value === 'number') return [value, value + 1];
  return value?.kind === 'within' ? hull(value.in) : EVERYTHING;
}

function addressHull(value: AddressValue, { peers }: PacketState): Hull {
  if (value === null) return EVERYTHING;
  return hull(value === 'peers' ? peers : value);
}
