import { groupBy } from '../../../group-by.ts';
import { formatPortRange, toPortRanges } from '../../../net/port-range.ts';
import { endpointLabel } from '../../../verdict/reports/label.ts';
import type { MergedFlow, MergedVantage, MergeReport } from '../../../verdict/reports/merge-report.ts';
import { cellOf, GROUPS } from './matrix-cells.ts';
import { matrixSymbol, NOTHING } from '../parts/verdict-symbol.ts';

/** Ports of one kind that look the same from every vantage point. */
export interface MergeRow {
  /** `102, 10101-10103/tcp`. */
  readonly ports: string;
  /** `server 1`, `servers 1-4`, `allocator`. */
  readonly owners: string;
  /** `clients`, `config`, `HTTP`, `internal`. */
  readonly purpose: string;
  /** A symbol for each vantage point. */
  readonly symbols: readonly string[];
}

/** Host addresses that look the same from every vantage point. */
export interface MergeBlock {
  /** `maps-a (10.20.0.11, fd00:20::11)`, as the report has them. */
  readonly places: readonly string[];
  readonly rows: readonly MergeRow[];
}

/** The rows of a merged matrix, hosts in the order of the site, what is alike said once. */
export function mergeBlocks({ flows, vantages, site }: MergeReport): readonly MergeBlock[] {
  const order = new Map(Object.keys(site.hosts).map((host, index) => [host, index]));
  const blocks = groupBy(flows, ({ host, address }) => `${host} ${address ?? ''}`).map((group) => ({
    host: group[0]?.host ?? '',
    address: group[0]?.address ?? 'no address',
    rows: rowsOf(group, vantages),
  }));
  blocks.sort((a, b) => (order.get(a.host) ?? 0) - (order.get(b.host) ?? 0));
  return groupBy(blocks, ({ rows }) => JSON.stringify(rows)).map((alike) => ({
    places: groupBy(alike, ({ host }) => host).map(placeOf),
    rows: alike[0]?.rows ?? [],
  }));
}

function placeOf(places: readonly { readonly host: string; readonly address: string }[]): string {
  const host = places[0]?.host ?? '';
  const addresses = places.map(({ address }) => address).join(', ');
  return addresses === host ? host : `${host} (${addresses})`;
}

function rowsOf(
  flows: readonly MergedFlow[],
  vantages: readonly Pick<MergedVantage, 'id'>[],
): readonly MergeRow[] {
  const endpoints = groupBy(flows, ({ endpoint }) => endpoint).flatMap((seen) => {
    const [one] = seen;
    if (one === undefined) return [];
    const byVantage = new Map(seen.map((flow) => [flow.vantage, matrixSymbol(flow)]));
    return [
      { ...one, ...cellOf(one.endpoint), symbols: vantages.map(({ id }) => byVantage.get(id) ?? NOTHING) },
    ];
  });
  endpoints.sort((a, b) => GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group) || a.position - b.position);
  const alike = groupBy(
    endpoints,
    ({ group, transport, symbols }) => `${group} ${transport} ${symbols.join('')}`,
  );
  return alike.flatMap((group) => {
    const [one] = group;
    if (one === undefined) return [];
    const { owner, purpose } = endpointLabel(one.endpoint);
    return [
      {
        ports: `${ranges(group.map(({ port }) => port))}/${one.transport}`,
        owners: group.length === 1 ? owner : `servers ${ranges(group.map(({ position }) => position))}`,
        purpose,
        symbols: one.symbols,
      },
    ];
  });
}

function ranges(numbers: readonly number[]): string {
  return toPortRanges(numbers)
    .map((range) => formatPortRange(range))
    .join(', ');
}
