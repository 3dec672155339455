import { z } from 'zod';
import {
  address,
  count,
  endpointId,
  port,
  text,
  texts,
  time,
  transport,
  type Shaped,
} from '../../json-shape.ts';
import { CHANGES } from '../shapes/change.ts';
import { SEVERITIES } from '../shapes/severity.ts';
import { accepted } from '../shapes/accepted-shape.ts';
import { findingShape } from '../findings/finding-shape.ts';
import { expected, headOf, ofSite, summary, verdict } from './report.ts';

const change = z.enum(CHANGES).meta({ id: 'change' });

/** Why a flow is a regression. */
const regression = z
  .enum(['verdict', 'more-addresses', 'more-undecided', 'finding', 'new-failure', 'required-gone'])
  .meta({
    id: 'regression',
    description:
      'verdict: it is worse. more-addresses: it fails for addresses it did not fail for, or from any source port where it was one. more-undecided: it does not pass as before, and less of it is proven: addresses are undecided that were not. finding: a failing finding it did not have (code and rule text). ' +
      'new-failure: it is new and fails. required-gone: it must be reachable and is no longer in the report',
  });

export type Regression = z.infer<typeof regression>;

const side = z.object({
  expected,
  verdict,
  accepted: accepted.exactOptional(),
  seen: text.describe('STATE (REASON) of a check, the result of an audit'),
  rules: texts.describe('the rules that decide, as their file has them; not safe for a terminal'),
});

/** What one of the two reports says of a flow. */
export type Side = Shaped<typeof side>;

const comparedFlow = z.object({
  id: text,
  vantage: text.nullable().describe('the id of its vantage point in a merged report'),
  role: text,
  endpoint: endpointId,
  host: text,
  address: address.nullable(),
  transport,
  port,
  change,
  regression: regression.nullable(),
  before: side.nullable().describe('null: new'),
  after: side.nullable().describe('null: gone'),
});

export type ComparedFlow = Shaped<typeof comparedFlow>;

const comparedFinding = z.object({
  ...findingShape.shape,
  change: z.enum(['new', 'gone', 'unchanged']),
  isRegression: z.boolean().describe('new, of failing severity and not accepted'),
  vantages: texts.exactOptional(),
});

export type ComparedFinding = Shaped<typeof comparedFinding>;

const movedVantage = z.object({ vantage: text, before: z.array(address), after: z.array(address) });

/** A vantage point that was at other addresses. */
export type MovedVantage = Shaped<typeof movedVantage>;

/** Two reports held against each other. */
export const comparison = {
  failOn: z.enum(SEVERITIES).describe('findings at least this severe fail'),
  flows: z.array(comparedFlow),
  findings: z.array(comparedFinding),
  summary: z.object({
    worse: count,
    gone: count,
    new: count,
    changed: count,
    better: count,
    unchanged: count,
  }),
  regressions: count.describe('flows that are a regression, and findings about no flow that are one'),
  known: count.describe('flows that failed before and are no regression'),
  newUnproven: count.describe('flows that are new and unproven'),
  moved: z
    .array(movedVantage)
    .min(1)
    .describe(
      'vantage points at other addresses than before: what differs may be the way from there, not the host',
    )
    .exactOptional(),
} as const;

export type Comparison = Shaped<z.ZodObject<typeof comparison>>;

const startedAt = time.nullable().describe('null: the report does not say');

const compared = z.object({ file: text, startedAt, summary });

/** What `--baseline` adds to a report: unchanged flows and findings are left out. */
export const baseline = z.object({ file: text, startedAt, ...comparison }).meta({
  id: 'baseline',
  description: 'what changed since the report of --baseline; unchanged flows and findings are left out',
});

export type Baseline = Shaped<typeof baseline>;

export const compareReport = z
  .object({
    ...headOf('compare'),
    ...ofSite,
    of: z.enum(['check', 'audit', 'merge']).describe('the kind of both reports'),
    before: compared,
    after: compared,
    ...comparison,
  })
  .meta({ id: 'compare' });

export type CompareReport = Shaped<typeof compareReport>;
