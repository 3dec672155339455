import { z } from 'zod';
import { address, count, endpointId, port, text, texts, transport, type Shaped } from '../../json-shape.ts';
import { READINGS } from '../../deployment/reading.ts';
import { ROLES, VANTAGES } from '../../deployment/role.ts';
import { accepted } from '../shapes/accepted-shape.ts';
import type { Reason, State } from '../../probe/probes/observation.ts';

/**
 * The reports as plain JSON, in the key order that is printed; addresses and prefixes are canonical text. One definition each
 * gives the type, what reads it back and the schema that ships (docs/schema/report.schema.json, written by its test).
 * Only types may be imported from here where a command starts.
 */
const role = z.enum(ROLES).meta({ id: 'role' });

export const tool = z.object({ name: text, version: text }).meta({ id: 'tool' });

/** From where the check looked: the role it claimed and this machine's own addresses it spoke from. */
export const vantage = z
  .object({ as: z.enum(VANTAGES), addresses: z.array(address) })
  .meta({ id: 'vantage' });

export type VantageSummary = Shaped<typeof vantage>;

const host = z.object({ addresses: z.array(address), instances: count, allocator: z.boolean() });

export type HostSummary = Shaped<typeof host>;

const peer = texts.nullable().describe('null: not stated; empty: nobody');

export const site = z
  .object({
    name: text.nullable(),
    source: z.enum(['flags', 'file']),
    reading: z.enum(READINGS),
    portOffset: count,
    hosts: z.record(text, host),
    assumesInstances: z
      .literal(true)
      .describe('nobody said how many instances run: one on each host (without a number) is assumed')
      .exactOptional(),
    peers: z.object({ client: peer, 'config-tool': peer, allocator: peer, server: peer, web: peer }),
  })
  .meta({ id: 'site' });

export type SiteSummary = Shaped<typeof site>;

const assumptions = texts.describe('what was assumed because nobody stated it, one sentence each');

/** What every result starts with. */
export function headOf<K extends string>(kind: K) {
  return { schemaVersion: z.literal(1), kind: z.literal(kind), tool } as const;
}

export const ofSite = { site, assumptions } as const;

export interface ReportHead<Kind extends string = string> {
  readonly schemaVersion: 1;
  readonly kind: Kind;
  readonly tool: Shaped<typeof tool>;
  /** ISO 8601, only where something was observed. */
  readonly startedAt?: string;
  readonly vantage?: VantageSummary;
  readonly site: SiteSummary;
  readonly assumptions: readonly string[];
}

const endpoint = z
  .object({
    id: endpointId,
    role: z.enum(['server', 'allocator']),
    instance: z.int().min(1).nullable(),
    transport,
    application: z.literal('http').nullable(),
    port,
    audience: z.array(role),
    readings: z.array(z.enum(['example', 'table'])).min(1),
    purpose: text,
    note: text.nullable(),
    host: text.describe('only for a site file').exactOptional(),
  })
  .meta({ id: 'endpoint' });

export const portsReport = z
  .object({ ...headOf('ports'), ...ofSite, endpoints: z.array(endpoint) })
  .meta({ id: 'ports' });

export type PortsReport = Shaped<typeof portsReport>;

export const verdict = z.enum(['pass', 'fail', 'unproven']);

export type Verdict = z.infer<typeof verdict>;

export const expected = z.enum(['reachable', 'blocked']);

export type Expected = z.infer<typeof expected>;

const states = {
  open: true,
  closed: true,
  filtered: true,
  'open|filtered': true,
  unreachable: true,
  error: true,
} as const satisfies Readonly<Record<State, true>>;

const reasons = {
  'syn-ack': true,
  'conn-refused': true,
  'no-response': true,
  'port-unreach': true,
  'host-unreach': true,
  'net-unreach': true,
  'proto-unreach': true,
  'admin-prohibited': true,
  'udp-response': true,
  'http-response': true,
  'not-http': true,
  'no-http-answer': true,
  intercepted: true,
  'loopback-only': true,
  'ipv4-only': true,
  'ipv6-only': true,
  'socket-table': true,
  'listen-log': true,
  ruleset: true,
  'local-policy': true,
  'no-such-host': true,
  'no-descriptor': true,
  'system-error': true,
  interrupted: true,
} as const satisfies Readonly<Record<Reason, true>>;

/** What every flow says, probed or proven. */
export const flow = z.object({
  id: text.describe('ROLE>HOST/ENDPOINT, and @ADDRESS where it was probed'),
  from: z.object({ role: text, addresses: texts }),
  endpoint: endpointId,
  host: text,
  transport,
  port,
  expected,
  verdict,
  accepted: accepted.exactOptional(),
});

const { id, from, endpoint: ofEndpoint, host: onHost } = flow.shape;

/** One flow, what was seen of it, and what that means. */
export const observedFlow = z
  .object({
    id,
    from,
    endpoint: ofEndpoint,
    host: onHost,
    address: address.nullable().describe('null when the name has no address'),
    transport,
    port,
    expected,
    state: z.enum(keysOf(states)),
    reason: z.enum(keysOf(reasons)),
    rttMs: z.number().min(0).nullable(),
    verdict,
    accepted: accepted.exactOptional(),
    evidence: texts,
    program: text.describe('who has opened the port, on the machine that checked').exactOptional(),
    standIn: z.literal(true).describe('vwaudit listen answered, not Viz World').exactOptional(),
    nonce: z
      .string({ error: 'a nonce (hex)' })
      .regex(/^[\da-f]+$/, { error: 'a nonce (hex)' })
      .describe('what the UDP probes carried, to look up in a listen log')
      .exactOptional(),
  })
  .meta({ id: 'observedFlow' });

export type FlowResult = Shaped<typeof observedFlow>;

/** An endpoint the user asked not to check. */
export const skipped = z.object({ host: text, endpoint: endpointId, reason: text }).meta({ id: 'skipped' });

export type Skipped = Shaped<typeof skipped>;

export const summary = z
  .object({
    pass: count,
    fail: count,
    unproven: count,
    accepted: count.describe('flows that --accept accepts; the others do not count them').exactOptional(),
  })
  .meta({ id: 'summary' });

export type Summary = Shaped<typeof summary>;

export const rulesReport = z
  .object({
    ...headOf('rules'),
    ...ofSite,
    rulesets: z
      .array(
        z.object({
          host: text
            .nullable()
            .describe('null for the one machine nobody gave an address, and for a gateway'),
          format: text.meta({ id: 'ruleFormat' }),
          text,
          load: text.describe('the command that loads it'),
          remove: text.describe('the command that removes everything it set up'),
          assumptions: texts,
          notices: texts.describe('what to know before loading'),
          unserved: texts
            .describe('those of the notices that say who must get in and cannot, whatever the rules')
            .exactOptional(),
        }),
      )
      .min(1),
  })
  .meta({ id: 'rules' });

export type RulesReport = Shaped<typeof rulesReport>;

function keysOf<K extends string>(words: Readonly<Record<K, true>>): K[] {
  return Object.keys(words) as K[];
}
