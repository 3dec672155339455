import { InputError } from '../../input-error.ts';
import { formatAddress, tryParseAddress } from '../../net/address.ts';
import { isLoopback } from '../../net/special-addresses.ts';
import type { Transport } from '../../net/port-range.ts';
import type { Flow } from '../../ports/flows.ts';
import { printable } from '../../printable.ts';
import { HEARTBEAT_MS } from '../../responder/log/heartbeat.ts';
import { MAX_BYTES } from '../read-input.ts';
import type { LoggedPort } from '../../responder/log/listen-log.ts';
import type { ListenSession } from '../../responder/log/listen-session.ts';
import type { System } from '../../system/system.ts';
import type { LogView } from '../../verdict/check/checked.ts';
import type { Observed } from './observe.ts';

/** When the probes were sent, by this machine's clock, and whence. */
export interface Run {
  readonly startedMs: number;
  readonly durationMs: number;
  /** This machine's own addresses towards the hosts, as canonical text. */
  readonly from: readonly string[];
}

/** A probed port, as far as a log can know it. */
export interface Sought {
  readonly transport: Transport;
  readonly port: number;
  /** Canonical text; null where there was none to probe. */
  readonly address: string | null;
  readonly state: string;
  /** What the probes carried; absent where there was no nonce. */
  readonly nonce?: string;
}

/** Clocks no further apart than this are taken to agree. */
const CLOCKS_AGREE_MS = 2_000;

const POLL_MS = 250;

/**
 * Every run of `vwaudit listen` that the files tell of.
 * @throws InputError for a file that can't be read or holds something else
 */
export async function readListenLogs(
  files: readonly string[],
  system: System,
): Promise<readonly ListenSession[]> {
  if (files.length === 0) return [];
  // Most runs read no log: what reads one is not loaded for them.
  const { readListenLog } = await import('../../responder/log/read-listen-log.ts');
  const sessions = await Promise.all(
    files.map(async (file) => {
      const written = await system.readText(file, MAX_BYTES).catch((error: unknown) => {
        throw unreadable(file, error);
      });
      return readListenLog(written, file);
    }),
  );
  return sessions.flat();
}

/**
 * What the logs prove of each flow, in the order given. A log that is still being written and could decide a silent flow is
 * awaited until it knows of the whole run, for a heartbeat at most.
 */
export async function consultListenLogs(
  files: readonly string[],
  observed: readonly Observed<Flow>[],
  run: Run,
  { system, signal }: { readonly system: System; readonly signal: AbortSignal | undefined },
): Promise<readonly (LogView | null)[]> {
  if (files.length === 0) return [];
  const sought = observed.map(soughtOf);
  const patientUntilMs = system.monotonicMs() + HEARTBEAT_MS + CLOCKS_AGREE_MS;
  for (;;) {
    const sessions = await readListenLogs(files, system);
    const isPatient = signal?.aborted !== true && system.monotonicMs() < patientUntilMs;
    if (!isPatient || !sought.some((one) => awaits(one, sessions, run)))
      return logViews(sessions, sought, run);
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
}

function soughtOf({ asked: { endpoint, address }, observation: { state, nonce } }: Observed<Flow>): Sought {
  const { transport, port } = endpoint;
  const text = address === null ? null : formatAddress(address);
  return { transport, port, address: text, state, ...(nonce !== undefined && { nonce }) };
}

/** Another record of counts may prove that nothing arrived. */
function awaits(one: Sought, sessions: readonly ListenSession[], run: Run): boolean {
  const { transport, state, nonce } = one;
  if (state === 'error' || (transport === 'udp' && nonce === undefined)) return false;
  if (nonce !== undefined && sessions.some(({ probes }) => probes.has(nonce))) return false;
  return sessions.some((session) => {
    const port = heldFor(one, session);
    return (
      port !== undefined &&
      !session.isEnded &&
      session.awakeSinceMs <= run.startedMs &&
      session.knownUntilMs < run.startedMs + run.durationMs &&
      !connectionsFrom(run, port, session).some(({ isOwn }) => isOwn)
    );
  });
}

/**
 * What finished logs prove of each probed port of one run, in the order given.
 * @param others runs from elsewhere, whose connections are not ours
 */
export function logViews(
  sessions: readonly ListenSession[],
  all: readonly Sought[],
  run: Run,
  others: readonly Run[] = [],
): readonly (LogView | null)[] {
  const endedMs = run.startedMs + run.durationMs;
  const witnesses = sessions.filter(
    (session) =>
      session.awakeSinceMs <= run.startedMs &&
      session.knownUntilMs >= endedMs &&
      clocksAgree(session, all, run),
  );
  return all.map((one) => {
    const { nonce, transport } = one;
    if (nonce === undefined && transport === 'udp') return null;
    for (const { probes, file } of sessions) {
      const contact = nonce === undefined ? undefined : probes.get(nonce);
      if (contact === undefined) continue;
      const from = contact.source === null ? '' : ` from ${contact.source}`;
      return {
        kind: 'arrived',
        evidence: `listen log ${printable(file)}: our nonce arrived${from} at ${contact.time}`,
      };
    }
    const witness = witnesses.find((session) => {
      const port = heldFor(one, session);
      if (port === undefined || !session.isComplete(port)) return false;
      return transport === 'udp' || !mayHaveConnected(one, connectionsFrom(run, port, session), others);
    });
    if (witness === undefined) return null;
    const what = transport === 'udp' ? 'our nonce never arrived' : 'no connection of ours arrived';
    return {
      kind: 'nothing-arrived',
      evidence: `listen log ${printable(witness.file)}: the port was open the whole time (both clocks trusted), but ${what}`,
    };
  });
}

/** A connection that was logged at a port. */
interface Connection {
  readonly timeMs: number;
  /** Canonical text; null where it was gone before anybody could look. */
  readonly source: string | null;
  /** From an address of ours, whenever. */
  readonly isOwn: boolean;
  readonly isMeanwhile: boolean;
}

function connectionsFrom(
  run: Run,
  { port, address }: LoggedPort,
  { connections }: ListenSession,
): readonly Connection[] {
  return connections
    .filter((one) => one.port === port && one.address === address)
    .map((one) => {
      const source = one.source === null ? null : sourceAddress(one.source);
      const timeMs = Date.parse(one.time);
      const isOwn = source !== null && run.from.includes(source);
      return { timeMs, source, isOwn, isMeanwhile: isDuring(timeMs, run) };
    });
}

/**
 * Whether one of them may be ours. NAT on the way gives us another address; but one of another run, at the time of that run, is
 * that run's. Where we got no handshake, no connection can be ours.
 */
function mayHaveConnected(
  { state }: Sought,
  connections: readonly Connection[],
  others: readonly Run[],
): boolean {
  const isOthers = ({ source, timeMs }: Connection): boolean =>
    source !== null && others.some((other) => other.from.includes(source) && isDuring(timeMs, other));
  return connections.some((one) => one.isOwn || (state === 'open' && one.isMeanwhile && !isOthers(one)));
}

function isDuring(timeMs: number, { startedMs, durationMs }: Run): boolean {
  const lateMs = timeMs - startedMs;
  return lateMs >= -CLOCKS_AGREE_MS && lateMs <= durationMs + CLOCKS_AGREE_MS;
}

/** `10.20.0.5:4000`, `[fd00::5]:4000`. */
function sourceAddress(source: string): string | null {
  const parsed = tryParseAddress(source.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1'));
  return parsed === undefined ? null : formatAddress(parsed);
}

/**
 * Why a log proves no silence of a run, in words: what it proves of arrivals does not depend on its time.
 * @returns null where it covers the run
 */
export function whyNoWitness(
  sessions: readonly ListenSession[],
  { startedMs, durationMs }: Omit<Run, 'from'>,
): string | null {
  const utc = (ms: number): string => new Date(ms).toISOString().slice(11, 19);
  const endedMs = startedMs + durationMs;
  if (sessions.some((one) => one.awakeSinceMs <= startedMs && one.knownUntilMs >= endedMs)) return null;
  const spans = sessions.map((one) => `${utc(one.awakeSinceMs)}-${utc(one.knownUntilMs)}`);
  const ran = `it covers ${spans.join(', ')}, the check ran ${utc(startedMs)}-${utc(endedMs)} UTC`;
  const isEarly = sessions.every((one) => one.knownUntilMs < endedMs);
  return `${ran}; ${isEarly ? 'let vwaudit listen run until after the check' : 'start vwaudit listen before the check'} and check again`;
}

/** Nothing speaks against it: no probe of this run arrived before it was sent or long after. */
function clocksAgree({ probes }: ListenSession, all: readonly Sought[], run: Run): boolean {
  return all.every(({ nonce }) => {
    const contact = nonce === undefined ? undefined : probes.get(nonce);
    return contact === undefined || isDuring(Date.parse(contact.time), run);
  });
}

/**
 * The port as the session held it at that very address, or at all addresses of a machine that has it: UDP ports, which are held at
 * each by itself, say so. Loopback is another machine's as well and proves nothing.
 */
function heldFor({ transport, port, address }: Sought, { held }: ListenSession): LoggedPort | undefined {
  const parsed = address === null ? undefined : tryParseAddress(address);
  if (parsed === undefined || isLoopback(parsed)) return undefined;
  const isHere = held.some((one) => one.address === address);
  const wildcard = transport === 'tcp' && isHere ? WILDCARD[parsed.family] : address;
  return held.find(
    (one) =>
      one.transport === transport &&
      one.port === port &&
      (one.address === address || one.address === wildcard),
  );
}

const WILDCARD = { 4: '0.0.0.0', 6: '::' } as const;

function unreadable(file: string, error: unknown): InputError {
  return new InputError({
    code: 'unreadable-file',
    message: `--listen-log: "${file}" can't be read (${error instanceof Error ? error.message : String(error)})`,
    value: file,
    fix: 'give the log that vwaudit listen wrote',
  });
}
