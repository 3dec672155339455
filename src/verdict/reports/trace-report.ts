import { z } from 'zod';
import { text, texts, type Shaped } from '../../json-shape.ts';
import { headOf, ofSite } from './report.ts';
import { conditions } from '../shapes/case-shape.ts';
import {
  decidedBy,
  hook,
  notMatched,
  openBy,
  proofResult,
  sources,
  trace,
  witness,
} from '../shapes/trace-shape.ts';

const path = z.object({
  result: z.enum(['allowed', 'blocked', 'undecided']),
  from: texts.describe('prefixes'),
  addresses: decidedBy.element.shape.addresses.nullable().describe('how many; null: not counted'),
  witness,
  trace,
});

/** What happens to some of the sources, and the rules that one of them meets. */
export type TracedPath = Shaped<typeof path>;

const paths = z.array(path).meta({
  id: 'tracedPaths',
  description:
    'where not all sources fare alike, or by different rules: a path for each way, at most 4 of one result, the largest share first; else empty',
});

const tracedCase = z.object({
  conditions: conditions.describe('all of them hold'),
  result: z.enum(['allowed', 'blocked', 'undecided']),
  trace,
  notMatched,
});

/** What happens in one case, and the rules that are met in it. */
export type TracedCase = Shaped<typeof tracedCase>;

const cases = z.array(tracedCase).meta({
  id: 'tracedCases',
  description:
    'where the result is depends: each case of one source, with the rules that are met in it; else empty',
});

const casesOf = text
  .optional()
  .describe('where other sources may fare otherwise than the cases say: the source that they are of');

const part = z.object({
  destinations: texts.describe('prefixes'),
  result: proofResult,
  ...sources,
  decidedBy,
  trace,
  notMatched,
  paths,
  cases,
  casesOf,
});

export type TracedPart = Shaped<typeof part>;

const tracedPacket = z.object({
  packet: text.describe('as it was given'),
  result: proofResult,
  ...sources,
  ...openBy,
  decidedBy: decidedBy.describe('empty where the parts of `to` have their own'),
  trace,
  notMatched,
  paths,
  cases,
  casesOf,
  to: z
    .array(part)
    .describe(
      'where the destination is a prefix of which the rules treat parts differently: each part; else empty',
    ),
});

export type TracedPacket = Shaped<typeof tracedPacket>;

/** Packets in the order given. */
export const traceReport = z
  .object({
    ...headOf('trace'),
    assumptions: ofSite.assumptions,
    unstated: texts.describe(
      'those of the assumptions that an ordinary machine makes false and nobody stated: until somebody does, nothing is proven',
    ),
    hook,
    packets: z.array(tracedPacket),
  })
  .meta({ id: 'trace' });

export type TraceReport = Shaped<typeof traceReport>;
