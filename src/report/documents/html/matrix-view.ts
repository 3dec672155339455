import { groupBy } from '../../../group-by.ts';
import type { Verdict } from '../../../verdict/reports/report.ts';
import { placeText } from '../../results/result-flow.ts';
import type { ResultFlow, Results } from '../../results/results.ts';
import { GROUPS, matrixRow, runLength } from '../../text/matrix/matrix-cells.ts';

/** A row for each host address and role, a column for each group of ports; runs of one symbol are said once. */
export function matrixView({ flows }: Results) {
  const rows = groupBy(flows, ({ host, address, role, vantage }) =>
    JSON.stringify([host, address, role, vantage]),
  ).map((group) => ({ group, cells: matrixRow(group).cells }));
  const groups = GROUPS.filter((group) => rows.some(({ cells }) => cells[group].length > 0));
  return {
    groups,
    rows: rows.map(({ group, cells }) => ({
      place: group[0] === undefined ? '' : placeText(group[0]),
      from: group[0]?.vantage ?? group[0]?.role ?? '',
      cells: groups.map((name) => ({ text: runLength(cells[name]), verdict: verdictOf(cells[name]) })),
    })),
  };
}

/** The worst of the symbols, for their colour. */
function verdictOf(symbols: readonly string[]): Verdict {
  if (symbols.some((symbol) => symbol === '✗' || symbol === '!')) return 'fail';
  return symbols.includes('?') ? 'unproven' : 'pass';
}

/** The worst verdict of some flows. */
export function worstOf(flows: readonly Pick<ResultFlow, 'verdict'>[]): Verdict {
  if (flows.some(({ verdict }) => verdict === 'fail')) return 'fail';
  return flows.some(({ verdict }) => verdict === 'unproven') ? 'unproven' : 'pass';
}
