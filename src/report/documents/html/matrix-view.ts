import { groupBy } from '../../../group-by.ts';
import { placeText } from '../../results/result-flow.ts';
import type { ResultFlow, Results } from '../../results/results.ts';
import { BADNESS, NOTHING, SYMBOL, type ShownVerdict } from '../../text/parts/verdict-symbol.ts';
import { GROUPS, matrixRow, runLength, type Group } from '../../text/matrix/matrix-cells.ts';

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
      cells: groups.map((name) =>
        partsOf(name, cells[name]).map((text) => ({ text, verdict: verdictOf(text) })),
      ),
    })),
  };
}

/** What is alike in a cell, each with its symbol first. The allocator has no instances but one port of each transport. */
function partsOf(group: Group, symbols: readonly string[]): readonly string[] {
  if (group !== 'ALLOCATOR') return runLength(symbols).split(' ');
  const shown = symbols.flatMap((symbol, index) =>
    symbol === NOTHING ? [] : `${symbol} ${index === 0 ? 'tcp' : 'udp'}`,
  );
  return shown.length === 0 ? [NOTHING] : shown;
}

/** By the symbol, for the colour. */
function verdictOf(part: string): ShownVerdict {
  if (part.startsWith('✗') || part.startsWith('!')) return 'fail';
  if (part.startsWith(SYMBOL.unproven)) return 'unproven';
  return part.startsWith(SYMBOL.accepted) ? 'accepted' : 'pass';
}

/** The worst verdict of some flows. */
export function worstOf(flows: readonly Pick<ResultFlow, 'verdict'>[]): ShownVerdict {
  return flows.reduce<ShownVerdict>(
    (worst, { verdict }) => (BADNESS[verdict] > BADNESS[worst] ? verdict : worst),
    'pass',
  );
}
