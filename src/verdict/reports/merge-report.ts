import { z } from 'zod';
import { text, time, type Shaped } from '../../json-shape.ts';
import { findingShape } from '../findings/finding-shape.ts';
import { headOf, observedFlow, ofSite, skipped, summary, vantage } from './report.ts';

const vantageId = text.meta({ id: 'vantageId', description: 'the id of one of the vantages' });

/** One run of `check`, and where its report was found. */
const mergedVantage = z.object({
  id: text.describe('ROLE, or ROLE@ADDRESS+ADDRESS where several have the role'),
  ...vantage.shape,
  startedAt: time,
  file: text.describe('as given on the command line; - is standard input'),
});

export type MergedVantage = Shaped<typeof mergedVantage>;

/** A flow as one vantage point saw it; another point of the same role has its own, whatever it saw. */
const mergedFlow = z.object({ ...observedFlow.shape, vantage: vantageId });

export type MergedFlow = Shaped<typeof mergedFlow>;

/** A finding, once however many saw it. */
const mergedFinding = z.object({ ...findingShape.shape, vantages: z.array(vantageId).min(1) });

export type MergedFinding = Shaped<typeof mergedFinding>;

/** What several vantage points saw of one site. Vantages by role, then address; flows by id, then vantage; findings most severe first. */
export const mergeReport = z
  .object({
    ...headOf('merge'),
    ...ofSite,
    vantages: z.array(mergedVantage).min(1),
    flows: z.array(mergedFlow),
    findings: z.array(mergedFinding),
    skipped: z.array(z.object({ ...skipped.shape, vantage: vantageId })),
    summary,
  })
  .meta({ id: 'merge' });

export type MergeReport = Shaped<typeof mergeReport>;
