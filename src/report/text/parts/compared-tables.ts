import { groupBy } from '../../../group-by.ts';
import { changeCounts, type ComparedRow } from './compared-rows.ts';
import type { Style } from '../../style.ts';
import { renderColumns, tableWidth } from './columns.ts';
import { paragraph } from './paragraph.ts';

/** The flows that changed, a table a host and address. */
export function comparedTables(rows: readonly ComparedRow[], style: Style): readonly string[] {
  const hosts = groupBy(rows, ({ first: { host, address } }) => JSON.stringify([host, address]));
  return hosts.flatMap((group) => ['', placeOf(group, style), '', table(group, style)]);
}

/** The counts, red where there is a regression. */
export function paintedCounts(counted: Parameters<typeof changeCounts>[0], { paint }: Style): string {
  const counts = changeCounts(counted);
  return counted.regressions > 0 ? counts.replace(/^\d+ \w+/, (text) => paint.fail(text)) : counts;
}

function placeOf([one]: readonly ComparedRow[], { paint }: Style): string {
  const { host = '', address = null } = one?.first ?? {};
  return paint.strong(address === null || address === host ? host : `${host}  ${address}`);
}

/** What was and what is now beside each flow; below it where a line is too short for both. */
function table(rows: readonly ComparedRow[], style: Style): string {
  const wide = rows.map((row) => [...flowCells(row, style), row.before, row.after]);
  const rulesOf = ({ rules }: ComparedRow): string =>
    rules.length === 0 ? '' : paragraph(BELOW, rules.join(', then '), style);
  if (style.width === null || tableWidth(WIDE, wide) <= style.width)
    return renderColumns({ head: WIDE, rows: wide, below: rows.map(rulesOf), flexible: null, style });
  const statesOf = ({ before, after }: ComparedRow): string =>
    `${paragraph(`${BELOW}before  `, before, style)}\n${paragraph(`${BELOW}after   `, after, style)}`;
  return renderColumns({
    head: WIDE.slice(0, 2),
    rows: rows.map((row) => flowCells(row, style)),
    below: rows.map((row) => [statesOf(row), rulesOf(row)].filter((text) => text !== '').join('\n')),
    flexible: 1,
    style,
  });
}

const WIDE = ['CHANGE', 'FLOW', 'BEFORE', 'AFTER'];

const BELOW = ' '.repeat(6);

function flowCells({ first, ports, name, from }: ComparedRow, style: Style): readonly string[] {
  return [changeText(first, style), `${from} → ${ports}${name === '' ? '' : ` ${name}`}`];
}

function changeText({ change, regression }: ComparedRow['first'], { paint }: Style): string {
  if (regression !== null) return paint.fail(`✗ ${change === 'unchanged' ? 'new finding' : change}`);
  return change === 'better' ? paint.pass('✓ better') : `  ${change}`;
}
