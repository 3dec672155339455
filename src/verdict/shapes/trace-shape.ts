import { z } from 'zod';
import type { Reason } from '../../firewall/model/reason.ts';
import { count, text, texts } from '../../json-shape.ts';

export const hook = z.enum(['input', 'forward', 'output']).meta({ id: 'hook' });

export const proofResult = z
  .enum(['allowed', 'blocked', 'partly', 'depends', 'undecided'])
  .meta({ id: 'proofResult' });

/** Its other keys depend on the code; a newer version may know more of them. */
export const reason = z.looseObject({ code: text.regex(/^[a-z0-9-]+$/) }).meta({
  id: 'reason',
  description:
    'why something is undecided, or what the effect of a rule alone does not tell; the other keys depend on the code',
}) as unknown as z.ZodType<Reason>;

const ruleKind = z
  .enum(['rule', 'policy', 'placeholder'])
  .describe('placeholder: stands for rules or a policy that the file lacks');
const family = z.enum(['ip', 'ip6', 'inet', 'netdev', 'bridge', 'arp']);
const handle = z
  .int()
  .nullable()
  .describe("nft's handle of the rule, of a policy that of its chain; null where the listing has none");

const title = text.optional().describe('name and ID, where it has any; not safe for a terminal');

export const ruleRef = z.object({
  kind: ruleKind,
  file: text,
  line: count,
  family,
  table: text,
  chain: text,
  handle,
  text: text.describe('as the file has it; not safe for a terminal'),
  title,
});

export const ruleRefs = z
  .array(ruleRef)
  .meta({ id: 'ruleRefs', description: 'the rules that decide for most, in the order a packet meets them' });

const digits = z.string().regex(/^\d+$/);

export const decidedBy = z
  .array(
    z.object({
      result: z.enum(['allowed', 'blocked']),
      addresses: z
        .object({ ipv4: digits, ipv6: digits })
        .describe('how many these are, as decimal digits: IPv6 has more than a number holds'),
      from: texts.describe('which: prefixes, at most 16'),
      rules: ruleRefs.describe(
        'in the order a packet meets them; empty: no rule stands in the way, or see `more`',
      ),
      more: count.describe('not 0: the entry stands for so many further rules, which are not listed'),
      only: z
        .object({
          sourcePort: z.int().optional().describe('one of the source ports they come from'),
          isEcn: z.boolean().optional().describe('they offer ECN'),
          to: text.optional().describe('the address of the host they go to'),
        })
        .exactOptional()
        .describe('which of their connections fare so; absent: all'),
    }),
  )
  .meta({
    id: 'decidedBy',
    description:
      'which rules let in or keep out how many of the addresses asked about, the largest share first, of a long list the first 15; every decided address is in one',
  });

const tracedRule = z.object({
  kind: ruleKind,
  nature: z
    .enum(['blocks-all', 'filters-nothing', 'prompt'])
    .optional()
    .describe('a setting that leaves no rule to count, or a rule made by the answer to a prompt'),
  file: text,
  line: count,
  family,
  table: text,
  hook: z
    .enum(['ingress', 'prerouting', 'input', 'forward', 'output', 'postrouting', 'egress'])
    .describe('where netfilter called the chain that led to this one'),
  type: z.enum(['filter', 'nat', 'route']),
  base: text.describe('the chain of the hook; the same as chain where none was called'),
  isUntracked: z
    .boolean()
    .optional()
    .describe('true: the chain of the hook is called where no connection is tracked yet; else absent'),
  chain: text,
  handle,
  rule: text.describe('as the file has it; not safe for a terminal'),
  title,
  effect: z.enum(['accept', 'drop', 'jump', 'return', 'nat', 'continue', 'undecided']),
  actions: z
    .array(
      z.enum([
        'accept',
        'drop',
        'reject',
        'jump',
        'goto',
        'return',
        'continue',
        'queue',
        'assign',
        'untrack',
        'dnat',
        'redirect',
        'snat',
        'unknown',
      ]),
    )
    .describe('what the rule does to packets it matches, in each of its cases'),
  reasons: z.array(reason),
  why: text.describe('the text of reasons'),
  direction: z.enum([
    'request',
    'reply',
    'later',
    'neighbour-solicitation',
    'neighbour-advertisement',
    'arp-request',
    'arp-reply',
  ]),
});

export const trace = z.array(tracedRule).meta({
  id: 'traceEntries',
  description: 'the rules and policies one packet meets, in order; at most 1000',
});

export const notMatched = z
  .object({
    rules: z.array(z.object({ rule: ruleRef, because: texts.describe('clauses') })),
    more: count.describe('so many further rules, which are not listed'),
  })
  .optional()
  .meta({
    id: 'notMatched',
    description:
      'of a list whose rules have no order (Windows): the stronger rules that do not match, and why; those that nearly do come first',
  });

/** Which of the sources fare how. */
export const sources = {
  allowedFrom: texts.describe(
    'of the sources; prefixes, at most 1000; addresses nobody on the network can have may be covered',
  ),
  blockedFrom: texts,
  undecidedFrom: texts,
} as const;

export const witness = text.describe('the source whose path the trace shows');

/** What leaves something open where no rule does, and its text; else null. */
export const openBy = {
  reason: reason.nullable().describe('what leaves it open where no rule does'),
  why: text.nullable().describe('the text of reason'),
} as const;
