import {
  count,
  list,
  nullable,
  numberFromZero,
  object,
  oneOf,
  optional,
  record,
  refuse,
  text,
  textLike,
  yesOrNo,
  type Read,
} from '../json-shape.ts';
import { formatAddress, tryParseAddress } from '../net/address.ts';
import { MAX_PORT, type Transport } from '../net/port-range.ts';
import type { Reading } from '../ports/reading.ts';
import type { Role } from '../ports/role.ts';
import type { Vantage as Standing } from '../ports/vantage.ts';
import type { Reason, State } from '../probe/observation.ts';
import type { Finding } from './finding.ts';
import type { Severity } from './findings.ts';
import type {
  CheckReport,
  Expected,
  FlowResult,
  HostSummary,
  SiteSummary,
  Skipped,
  Summary,
  Vantage,
  Verdict,
} from './report.ts';

/** A `check --json` report that was read back, all its text printable. */
export interface SavedCheck extends Omit<CheckReport, 'findings'> {
  readonly findings: readonly Finding<string>[];
}

const address = textLike('a canonical IP address', (value) => {
  const parsed = tryParseAddress(value);
  return parsed !== undefined && formatAddress(parsed) === value;
});

const endpointId = textLike('the id of an endpoint', (value) =>
  /^(?:server-[1-9]\d{0,4}\.(?:client|config|udp|http)|allocator\.(?:client|udp))$/.test(value),
);

const time = textLike('a time (ISO 8601, UTC)', (value) =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(value),
);

const port: Read<number> = (value, place) =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MAX_PORT
    ? value
    : refuse(value, `a port from 1 to ${MAX_PORT}`, place);

const STANDINGS: Readonly<Record<Standing, true>> = {
  all: true,
  client: true,
  'config-tool': true,
  allocator: true,
  server: true,
  web: true,
  outsider: true,
};
const READINGS: Readonly<Record<Reading, true>> = { auto: true, example: true, table: true };
const TRANSPORTS: Readonly<Record<Transport, true>> = { tcp: true, udp: true };
const EXPECTED: Readonly<Record<Expected, true>> = { reachable: true, blocked: true };
const VERDICTS: Readonly<Record<Verdict, true>> = { pass: true, fail: true, unproven: true };
const SEVERITIES: Readonly<Record<Severity, true>> = { error: true, warning: true, note: true };
const STATES: Readonly<Record<State, true>> = {
  open: true,
  closed: true,
  filtered: true,
  'open|filtered': true,
  unreachable: true,
  error: true,
};
const REASONS: Readonly<Record<Reason, true>> = {
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
  intercepted: true,
  'loopback-only': true,
  'socket-table': true,
  'listen-log': true,
  ruleset: true,
  'local-policy': true,
  'no-such-host': true,
  'no-descriptor': true,
  'system-error': true,
  interrupted: true,
};

const onlyTrue: Read<true> = (value, place) => (value === true ? value : refuse(value, 'true', place));

const FLOW = object<FlowResult>({
  id: text,
  from: object<FlowResult['from']>({ role: text, addresses: list(text) }),
  endpoint: endpointId,
  host: text,
  address: nullable(address),
  transport: oneOf(TRANSPORTS),
  port,
  expected: oneOf(EXPECTED),
  state: oneOf(STATES),
  reason: oneOf(REASONS),
  rttMs: nullable(numberFromZero),
  verdict: oneOf(VERDICTS),
  evidence: list(text),
  standIn: optional(onlyTrue),
  nonce: optional(textLike('a nonce (hex)', (value) => /^[\da-f]+$/.test(value))),
});

const scalar: Read<unknown> = (value, place) => {
  if (typeof value === 'string') return text(value, place);
  const isPlain = value === null || typeof value === 'number' || typeof value === 'boolean';
  return isPlain ? value : refuse(value, 'a plain value', place);
};

/** Arguments of findings are flat: a text, number, truth, nothing, or a list of those. */
const argument: Read<unknown> = (value, place) =>
  (Array.isArray(value) ? list(scalar) : scalar)(value, place);

/** A check reads no ruleset. */
const FINDING = object<Omit<Finding<string>, 'rules'>>({
  code: textLike('the code of a finding', (value) => /^[a-z0-9-]+$/.test(value)),
  severity: oneOf(SEVERITIES),
  message: text,
  advice: list(text),
  args: record(argument),
  flows: list(text),
});

const peer = nullable(list(text));

const SITE = object<SiteSummary>({
  name: nullable(text),
  source: oneOf({ flags: true, file: true }),
  reading: oneOf(READINGS),
  portOffset: count,
  hosts: record(object<HostSummary>({ addresses: list(address), instances: count, allocator: yesOrNo })),
  assumesInstances: optional(onlyTrue),
  peers: object<Record<Role, readonly string[] | null>>({
    client: peer,
    'config-tool': peer,
    allocator: peer,
    server: peer,
    web: peer,
  }),
});

/** Every key of a check report, read for what it must be. The tables of words are exhaustive: the compiler sees to it. */
export const SAVED_CHECK = object<SavedCheck>({
  schemaVersion: () => 1,
  kind: () => 'check',
  tool: object<SavedCheck['tool']>({ name: text, version: text }),
  startedAt: time,
  vantage: object<Vantage>({ as: oneOf(STANDINGS), addresses: list(address) }),
  site: SITE,
  assumptions: list(text),
  durationMs: count,
  flows: list(FLOW),
  findings: list(FINDING),
  skipped: list(object<Skipped>({ host: text, endpoint: endpointId, reason: text })),
  summary: object<Summary>({ pass: count, fail: count, unproven: count }),
});
