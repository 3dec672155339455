import { z } from 'zod';
import { text, texts, textLike } from '../../json-shape.ts';
import { FINDINGS } from './registry.ts';
import { accepted } from '../shapes/accepted-shape.ts';
import { SEVERITIES } from '../shapes/severity.ts';
import { decidedBy, reason, ruleRefs } from '../shapes/trace-shape.ts';

const scalar = z.union([text, z.number(), z.boolean(), z.null(), reason], { error: 'a plain value' });

/** Arguments of findings are flat: a text, number, truth, nothing, a reason, or a list of those. */
const argument: z.ZodType = z.union([scalar, z.array(scalar)], { error: 'a plain value or a list of them' });

/** A finding as JSON; newer versions may know codes this one does not. */
export const findingShape = z
  .object({
    code: textLike('the code of a finding', /^[a-z0-9-]+$/).meta({
      id: 'findingCode',
      examples: Object.keys(FINDINGS),
    }),
    severity: z.enum(SEVERITIES),
    message: text,
    advice: texts.describe('what to do next; a line that begins with "$ " is a command for a POSIX shell'),
    args: z.record(text, argument),
    flows: texts.describe('ids of flows'),
    accepted: accepted.exactOptional(),
    rules: ruleRefs
      .describe('the rules that decide for most; absent where no ruleset was read')
      .exactOptional(),
    decidedBy: decidedBy.exactOptional(),
  })
  .meta({ id: 'finding' });
