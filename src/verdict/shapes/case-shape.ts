import { z } from 'zod';
import { text, texts } from '../../json-shape.ts';
import type { CaseCondition } from '../../firewall/proof/cases/case-condition.ts';
import { reason, ruleRef, ruleRefs } from './trace-shape.ts';

const condition = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('interface'),
      way: z.enum(['in', 'out']),
      names: texts.describe('empty: every interface but those of `except`'),
      except: texts.default([]).describe('reports of before 2026-11-30 do not tell them'),
    }),
    z.object({ kind: z.literal('source-port'), from: z.int(), to: z.int() }),
    z.object({ kind: z.literal('opening'), opening: z.enum(['plain', 'ecn', 'odd']) }),
    z.object({ kind: z.literal('profile'), names: z.array(z.enum(['domain', 'private', 'public'])) }),
    z.object({
      kind: z.literal('test'),
      dimension: z.enum([
        ...(['source-port', 'opening', 'header', 'contents', 'interface', 'link', 'host', 'route'] as const),
        ...(['rate', 'list', 'connection', 'clock', 'chance'] as const),
      ]),
      text: text.describe('the test, as the ruleset has it; not safe for a terminal'),
      reason: reason.optional().describe('what it depends on'),
      holds: z.boolean(),
      isPlain: z
        .boolean()
        .nullable()
        .describe(
          'whether it comes out so for a first connection within every limit and on no list; null: not known',
        ),
      packet: z
        .enum(['reply', 'later', 'later-reply'])
        .optional()
        .describe('the packet that it is about; left out for the first one'),
      ruleMatches: z
        .boolean()
        .optional()
        .describe(
          'whether the rule then matches, as far as this test alone tells; left out where it does not',
        ),
      rule: ruleRef.nullable(),
    }),
  ])
  .meta({ id: 'condition' }) satisfies z.ZodType<CaseCondition>;

export const conditions = z.array(condition);

export const cases = z
  .array(
    z.object({
      conditions: conditions.describe('all of them hold'),
      result: z.enum(['allowed', 'blocked', 'undecided']),
      rules: ruleRefs,
      sourcePort: z
        .int()
        .optional()
        .describe('packets have to come from it to fare so; left out where any of a usual client will do'),
      reasons: z.array(reason).optional().describe('why it is undecided'),
    }),
  )
  .meta({
    id: 'cases',
    description: 'where the answer depends on a case: how the witness fares in each; else empty',
  });
