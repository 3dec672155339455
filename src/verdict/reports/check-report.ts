import { z } from 'zod';
import { count, time, type Shaped } from '../../json-shape.ts';
import type { Finding } from '../findings/finding.ts';
import { findingShape } from '../findings/finding-shape.ts';
import { baseline } from './compare-report.ts';
import { headOf, observedFlow, ofSite, skipped, summary, vantage } from './report.ts';

export const checkReport = z
  .object({
    ...headOf('check'),
    startedAt: time,
    vantage,
    ...ofSite,
    durationMs: count,
    flows: z.array(observedFlow),
    findings: z.array(findingShape),
    skipped: z.array(skipped),
    summary,
    baseline: baseline.exactOptional(),
  })
  .meta({ id: 'check' });

/** A report that was read back. */
export type SavedCheck = Shaped<typeof checkReport>;

export interface CheckReport extends SavedCheck {
  readonly findings: readonly Finding[];
}
