import type { Transport } from '../net/port-range.ts';
import type { Endpoint } from '../ports/endpoint.ts';
import type { Reading } from '../ports/reading.ts';
import type { Role } from '../ports/role.ts';
import type { Reason, State } from '../probe/observation.ts';
import type { Finding } from './finding.ts';

/**
 * What every result starts with; plain JSON, in the key order that is printed. Addresses and prefixes are canonical text.
 * The shapes are the contract of `--json` (docs/schema/report.schema.json).
 */
export interface ReportHead<Kind extends string = string> {
  readonly schemaVersion: 1;
  readonly kind: Kind;
  readonly tool: { readonly name: string; readonly version: string };
  /** ISO 8601, only where something was observed. */
  readonly startedAt?: string;
  readonly vantage?: Vantage;
  readonly site: SiteSummary;
  /** What was assumed because nobody stated it, one sentence each. */
  readonly assumptions: readonly string[];
}

/** From where the check looked: the role it claimed and this machine's own addresses it spoke from. */
export interface Vantage {
  readonly as: string;
  readonly addresses: readonly string[];
}

export interface SiteSummary {
  readonly name: string | null;
  readonly source: 'flags' | 'file';
  readonly reading: Reading;
  readonly portOffset: number;
  readonly hosts: Readonly<Record<string, HostSummary>>;
  /** Nobody said how many instances run; absent where somebody did. */
  readonly assumesInstances?: true;
  /** null = not stated, [] = nobody. */
  readonly peers: Readonly<Record<Role, readonly string[] | null>>;
}

export interface HostSummary {
  readonly addresses: readonly string[];
  readonly instances: number;
  readonly allocator: boolean;
}

export interface PortsReport extends ReportHead<'ports'> {
  /** `host` only for a site file. */
  readonly endpoints: readonly (Endpoint & { readonly host?: string })[];
}

export type Verdict = 'pass' | 'fail' | 'unproven';

export type Expected = 'reachable' | 'blocked';

/** One flow, what was seen of it, and what that means. */
export interface FlowResult {
  /** `ROLE>HOST/ENDPOINT@ADDRESS`. */
  readonly id: string;
  readonly from: { readonly role: string; readonly addresses: readonly string[] };
  readonly endpoint: string;
  readonly host: string;
  /** null when the host's name has no address. */
  readonly address: string | null;
  readonly transport: Transport;
  readonly port: number;
  readonly expected: Expected;
  readonly state: State;
  readonly reason: Reason;
  readonly rttMs: number | null;
  readonly verdict: Verdict;
  readonly evidence: readonly string[];
  /** `vwaudit listen` answered, not Viz World; absent elsewhere. */
  readonly standIn?: true;
  /** What the UDP probes carried (hex), to look up in a listen log; absent where there was none. */
  readonly nonce?: string;
}

/** An endpoint the user asked not to check. */
export interface Skipped {
  readonly host: string;
  readonly endpoint: string;
  readonly reason: string;
}

export type Summary = Readonly<Record<Verdict, number>>;

export interface CheckReport extends ReportHead<'check'> {
  readonly startedAt: string;
  readonly vantage: Vantage;
  readonly durationMs: number;
  readonly flows: readonly FlowResult[];
  readonly findings: readonly Finding[];
  readonly skipped: readonly Skipped[];
  readonly summary: Summary;
}

export interface RulesReport extends ReportHead<'rules'> {
  readonly rulesets: readonly {
    /** The host's key; null for the one machine nobody gave an address, and for a gateway. */
    readonly host: string | null;
    readonly format: string;
    readonly text: string;
    /** The command that loads it. */
    readonly load: string;
    /** The command that removes everything it set up. */
    readonly remove: string;
    readonly assumptions: readonly string[];
    /** What to know before loading. */
    readonly notices: readonly string[];
  }[];
}
