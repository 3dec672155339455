import type { CheckReport } from '../../../verdict/reports/check-report.ts';
import { paragraph } from './paragraph.ts';
import type { Style } from '../../style.ts';

/** What was asked rests on a number nobody gave. */
export function assumptionLines(
  { site }: Pick<CheckReport, 'site'>,
  style: Pick<Style, 'width'>,
): readonly string[] {
  if (site.assumesInstances !== true) return [];
  const text =
    site.source === 'file'
      ? 'assumed: one server instance on each host without a number (give instances in the site file)'
      : 'assumed: one server instance on each host (give their number, for example --instances 4)';
  return [paragraph('- ', text, style)];
}
