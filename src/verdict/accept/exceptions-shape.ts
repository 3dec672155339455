import { z } from 'zod';

const oneOrMore = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

/** The `--accept` file, for editors; the program reads it with places (usecases/accept/read-exceptions.ts). */
export const exceptionsShape = z.array(
  z.strictObject({
    code: z
      .string()
      .regex(/^[a-z0-9-]+$/)
      .describe(
        'the code of a finding (docs/codes.md), or failed or unproven for a flow that no finding is about',
      ),
    flow: oneOrMore.describe('ids of flows, in which * stands for any text; - is a finding about no flow'),
    rule: z
      .union([z.string(), z.array(z.string()).min(1)])
      .describe(
        'the texts of the rules that may decide: each that does is one of them; absent: whatever rules',
      )
      .exactOptional(),
    process: z
      .string()
      .min(1)
      .describe('the program the finding names; absent: whatever program')
      .exactOptional(),
    sources: oneOrMore
      .describe('of an audit: the addresses the flow may fail for, as prefixes; absent: whatever addresses')
      .exactOptional(),
    reason: z.string().min(1).max(500),
    until: z
      .string()
      .regex(/^\d{4}-\d\d-\d\d$/)
      .describe('the last day it counts'),
  }),
);
