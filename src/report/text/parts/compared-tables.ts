import { groupBy } from '../../../group-by.ts';
import { changeCounts, type ComparedRow } from './compared-rows.ts';
import type { Style } from '../../style.ts';
import { renderColumns } from './columns.ts';
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

function table(rows: readonly ComparedRow[], style: Style): string {
  return renderColumns({
    head: ['CHANGE', 'FLOW', 'BEFORE', 'AFTER'],
    rows: rows.map(({ first, ports, name, from, before, after }) => [
      changeText(first, style),
      `${from} → ${ports}${name === '' ? '' : ` ${name}`}`,
      before,
      after,
    ]),
    below: rows.map(({ rules }) =>
      rules.length === 0 ? '' : paragraph(BELOW, rules.join(', then '), style),
    ),
    flexible: 3,
    style,
  });
}

const BELOW = ' '.repeat(6);

function changeText({ change, regression }: ComparedRow['first'], { paint }: Style): string {
  if (regression !== null) return paint.fail(`✗ ${change === 'unchanged' ? 'new finding' : change}`);
  return change === 'better' ? paint.pass('✓ better') : `  ${change}`;
}
