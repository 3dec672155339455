import { z } from 'zod';
import { text, texts, type Shaped } from '../../json-shape.ts';
import { headOf, ofSite } from './report.ts';
import { hook, openBy, proofResult, sources, trace, witness } from '../shapes/trace-shape.ts';

const path = z.object({
  result: z.enum(['allowed', 'blocked', 'undecided']),
  from: texts.describe('prefixes'),
  witness,
  trace,
});

/** What happens to some of the sources, and the rules that one of them meets. */
export type TracedPath = Shaped<typeof path>;

const paths = z.array(path).meta({
  id: 'tracedPaths',
  description: 'where not all sources fare alike: a path for each way they fare; else empty',
});

const part = z.object({
  destinations: texts.describe('prefixes'),
  result: proofResult,
  ...sources,
  trace,
  paths,
});

export type TracedPart = Shaped<typeof part>;

const tracedPacket = z.object({
  packet: text.describe('as it was given'),
  result: proofResult,
  ...sources,
  ...openBy,
  trace,
  paths,
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
    hook,
    packets: z.array(tracedPacket),
  })
  .meta({ id: 'trace' });

export type TraceReport = Shaped<typeof traceReport>;
