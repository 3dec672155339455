import { z } from 'zod';
import { text, texts, type Shaped } from '../../json-shape.ts';
import type { Finding } from '../findings/finding.ts';
import { findingShape } from '../findings/finding-shape.ts';
import { baseline } from './compare-report.ts';
import { flow, headOf, ofSite, summary } from './report.ts';
import { cases, conditions } from '../shapes/case-shape.ts';
import {
  decidedBy,
  hook,
  openBy,
  proofResult,
  ruleRefs,
  sources,
  trace,
  witness,
} from '../shapes/trace-shape.ts';

const proof = z
  .object({
    result: proofResult,
    ...sources,
    inPartFrom: texts.describe(
      'those of allowedFrom and blockedFrom who fare so with some of their connections only: from some source ports, with ECN, to some of the addresses of the host; `decidedBy` says which',
    ),
    isCut: z.boolean().describe('one of the lists has more than 1000 prefixes'),
    witness,
    witnessPort: z
      .int()
      .nullable()
      .describe('the source port it has to come from to fare so, where not every port does; else null'),
    ...openBy,
    cases,
    casesAreOfAll: z
      .boolean()
      .describe(
        'every source that the answer is open for fares so in each of `cases`; else the witness does',
      ),
    conditions: conditions.describe('what a first connection that gets in relies on: limits, dynamic lists'),
    rules: ruleRefs,
    decidedBy,
    trace,
  })
  .meta({ id: 'proof' });

/** A proof as the report holds it. The witness is one source, the most telling: its path is the trace. */
export type ProofSummary = Shaped<typeof proof>;

const auditedFlow = z.object({ ...flow.shape, proof });

/** A flow, and what the firewall does with it. */
export type AuditedFlow = Shaped<typeof auditedFlow>;

export const auditReport = z
  .object({
    ...headOf('audit'),
    ...ofSite,
    hook,
    interface: text.nullable().describe('that of whoever is not in `interfaces`; null where none was named'),
    interfaces: z
      .array(
        z.object({
          who: text
            .nullable()
            .describe(
              'a role, outsider or a prefix; null is whoever has none of their own: the roles that must get in',
            ),
          name: text,
        }),
      )
      .describe('as stated, and as the routes of a collected machine say'),
    setAside: ruleRefs
      .optional()
      .describe('active rules that count for no flow: they are for other programs than those that listen'),
    flows: z.array(auditedFlow),
    findings: z.array(findingShape),
    summary,
    baseline: baseline.exactOptional(),
  })
  .meta({ id: 'audit' });

export interface AuditReport extends Shaped<typeof auditReport> {
  readonly findings: readonly Finding[];
}
