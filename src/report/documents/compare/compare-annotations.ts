import type { CompareReport } from '../../../verdict/reports/compare-report.ts';
import { changeCounts, comparedRows, REGRESSION } from '../../text/parts/compared-rows.ts';
import { MAX, messageText, propertyText } from '../annotations.ts';

/** Workflow commands of GitHub: an error for each regression, a warning where new flows are unproven; the last says how many more. */
export function compareAnnotations(report: CompareReport): string {
  const flows = comparedRows(report).flatMap(({ first, ports, name, from, before, after }) => {
    const { regression, host } = first;
    if (regression === null) return [];
    return `${from} → ${ports} ${name} on ${host}: ${REGRESSION[regression]}; before ${before}, now ${after}`;
  });
  const alone = report.findings.filter(({ isRegression, flows: ids }) => isRegression && ids.length === 0);
  const all = [...flows, ...alone.map(({ message }) => `new finding: ${message}`)];
  const shown = all.length > MAX ? all.slice(0, MAX - 1) : all;
  const rest = all.length - shown.length;
  return [
    ...shown.map((text) => command('error', 'vwaudit regression', text)),
    ...(rest > 0 ? [command('error', 'vwaudit', `${rest} more regressions are not shown here.`)] : []),
    ...(report.newUnproven === 0
      ? []
      : [command('warning', 'vwaudit unproven', `${report.newUnproven} new flows are unproven.`)]),
    `vwaudit: ${changeCounts(report)}`,
    '',
  ].join('\n');
}

function command(level: 'error' | 'warning', title: string, text: string): string {
  return `::${level} title=${propertyText(title)}::${messageText(text)}`;
}
