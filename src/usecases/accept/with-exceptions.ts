import type { AcceptableReport } from '../../verdict/accept/accepted-parts.ts';
import { applyExceptions } from '../../verdict/accept/apply-exceptions.ts';
import type { Exception } from '../../verdict/accept/exception.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** The report with what the exceptions accept on this day. */
export function withExceptions<R extends AcceptableReport>(
  report: R,
  exceptions: readonly Exception[],
  now: Date,
): R {
  const today = Date.parse(now.toISOString().slice(0, 10));
  return applyExceptions(report, exceptions, (day) => Math.round((Date.parse(day) - today) / DAY_MS));
}
