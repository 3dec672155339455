import { parseEndpointId, type Purpose } from '../../../deployment/endpoint-id.ts';
import type { FlowResult } from '../../../verdict/reports/report.ts';
import { BADNESS, matrixSymbol, NOTHING, shownVerdict, type Judged } from '../parts/verdict-symbol.ts';

/** The groups of columns, in the order they are drawn; a group holds one symbol for each of its positions. */
export const GROUPS = ['CLIENTS', 'CONFIG', 'HTTP', 'UDP', 'ALLOCATOR'] as const;

export type Group = (typeof GROUPS)[number];

/** The symbols of one group in one row, position 1 first; never longer than the group's last position. */
export type Cells = Readonly<Record<Group, readonly string[]>>;

/** What one host address shows: a symbol a port. */
export interface MatrixRow {
  readonly host: string;
  readonly address: string | null;
  readonly cells: Cells;
}

/** Where an endpoint stands: instances by their number, the allocator's two ports as 1 (TCP) and 2 (UDP). */
export function cellOf(endpoint: string): { readonly group: Group; readonly position: number } {
  const { instance, purpose } = parseEndpointId(endpoint);
  if (instance === null) return { group: 'ALLOCATOR', position: purpose === 'udp' ? 2 : 1 };
  return { group: SERVER_GROUPS[purpose], position: instance };
}

const SERVER_GROUPS: Readonly<Record<Purpose, Group>> = {
  client: 'CLIENTS',
  config: 'CONFIG',
  http: 'HTTP',
  udp: 'UDP',
};

type MatrixFlow = Pick<FlowResult, 'host' | 'address' | 'endpoint' | 'expected'> & Judged;

/** The flows to one host address as a row; two verdicts for one port show the worse. */
export function matrixRow(flows: readonly MatrixFlow[]): MatrixRow {
  const cells: Record<Group, string[]> = { CLIENTS: [], CONFIG: [], HTTP: [], UDP: [], ALLOCATOR: [] };
  const worst = new Map<string, MatrixFlow>();
  for (const flow of flows) {
    const before = worst.get(flow.endpoint);
    if (before === undefined || BADNESS[shownVerdict(flow)] > BADNESS[shownVerdict(before)])
      worst.set(flow.endpoint, flow);
  }
  for (const [endpoint, flow] of worst) {
    const { group, position } = cellOf(endpoint);
    const row = cells[group];
    while (row.length < position - 1) row.push(NOTHING);
    row[position - 1] = matrixSymbol(flow);
  }
  const { host = '', address = null } = flows[0] ?? {};
  return { host, address, cells };
}

/** `✓1-100 ✗101 ✓102-201`: runs of one symbol, what is not expected left out. */
export function runLength(symbols: readonly string[]): string {
  const runs: { symbol: string; first: number; last: number }[] = [];
  for (const [index, symbol] of symbols.entries()) {
    const run = runs.at(-1);
    if (run?.symbol === symbol) run.last = index + 1;
    else runs.push({ symbol, first: index + 1, last: index + 1 });
  }
  const shown = runs.filter(({ symbol }) => symbol !== NOTHING);
  const texts = shown.map(
    ({ symbol, first, last }) => `${symbol}${first === last ? first : `${first}-${last}`}`,
  );
  return texts.length === 0 ? NOTHING : texts.join(' ');
}
