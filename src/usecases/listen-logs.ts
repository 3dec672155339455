import { InputError } from '../input-error.ts';
import { formatAddress, isLoopback, tryParseAddress } from '../net/address.ts';
import type { Transport } from '../net/port-range.ts';
import type { Flow } from '../ports/flows.ts';
import { printable } from '../printable.ts';
import { HEARTBEAT_MS, type LoggedPort } from '../responder/listen-log.ts';
import type { ListenSession } from '../responder/listen-session.ts';
import { readListenLog } from '../responder/read-listen-log.ts';
import type { System } from '../system/system.ts';
import type { LogView } from '../verdict/checked.ts';
import type { Observed } from './observe.ts';

/** When the probes were sent: by this machine's clock, and how long it took. */
export interface Run {
  readonly startedMs: number;
  readonly durationMs: number;
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
  const sessions = await Promise.all(
    files.map(async (file) => {
      const written = await system.readText(file).catch((error: unknown) => {
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
  const { state, nonce } = one;
  if (state !== 'open|filtered' || nonce === undefined) return false;
  if (sessions.some(({ probes }) => probes.has(nonce))) return false;
  return sessions.some(
    (session) =>
      !session.isEnded &&
      session.awakeSinceMs <= run.startedMs &&
      session.knownUntilMs < run.startedMs + run.durationMs &&
      heldFor(one, session) !== undefined,
  );
}

/** What finished logs prove of each probed port of one run, in the order given. */
export function logViews(
  sessions: readonly ListenSession[],
  all: readonly Sought[],
  run: Run,
): readonly (LogView | null)[] {
  const endedMs = run.startedMs + run.durationMs;
  const witnesses = sessions.filter(
    (session) =>
      session.awakeSinceMs <= run.startedMs &&
      session.knownUntilMs >= endedMs &&
      clocksAgree(session, all, run),
  );
  return all.map((one) => {
    const { nonce } = one;
    if (nonce === undefined) return null;
    for (const { probes, file } of sessions) {
      const contact = probes.get(nonce);
      if (contact === undefined) continue;
      const from = contact.source === null ? '' : ` from ${contact.source}`;
      return {
        kind: 'arrived',
        evidence: `listen log ${printable(file)}: our nonce arrived${from} at ${contact.time}`,
      };
    }
    const witness = witnesses.find((session) => {
      const port = heldFor(one, session);
      return port !== undefined && session.isComplete(port);
    });
    if (witness === undefined) return null;
    return {
      kind: 'nothing-arrived',
      evidence: `listen log ${printable(witness.file)}: the port was held all the time (both clocks trusted), and our nonce never arrived`,
    };
  });
}

/**
 * Why a log proves no silence of a run, in words: what it proves of arrivals does not depend on its time.
 * @returns null where it covers the run
 */
export function whyNoWitness(
  sessions: readonly ListenSession[],
  { startedMs, durationMs }: Run,
): string | null {
  const utc = (ms: number): string => new Date(ms).toISOString().slice(11, 19);
  const endedMs = startedMs + durationMs;
  if (sessions.some((one) => one.awakeSinceMs <= startedMs && one.knownUntilMs >= endedMs)) return null;
  const spans = sessions.map((one) => `${utc(one.awakeSinceMs)}-${utc(one.knownUntilMs)}`);
  return `it covers ${spans.join(', ')}, the check ran ${utc(startedMs)}-${utc(endedMs)} UTC`;
}

/** Nothing speaks against it: no probe of this run arrived before it was sent or long after. */
function clocksAgree(
  { probes }: ListenSession,
  all: readonly Sought[],
  { startedMs, durationMs }: Run,
): boolean {
  return all.every(({ nonce }) => {
    const contact = nonce === undefined ? undefined : probes.get(nonce);
    if (contact === undefined) return true;
    const lateMs = Date.parse(contact.time) - startedMs;
    return lateMs >= -CLOCKS_AGREE_MS && lateMs <= durationMs + CLOCKS_AGREE_MS;
  });
}

/** The UDP port as the session held it, at that very address; loopback is another machine's as well and proves nothing. */
function heldFor({ transport, port, address }: Sought, { held }: ListenSession): LoggedPort | undefined {
  const parsed = address === null ? undefined : tryParseAddress(address);
  if (transport !== 'udp' || parsed === undefined || isLoopback(parsed)) return undefined;
  return held.find((one) => one.transport === 'udp' && one.port === port && one.address === address);
}

function unreadable(file: string, error: unknown): InputError {
  return new InputError({
    code: 'unreadable-file',
    message: `--listen-log: "${file}" can't be read (${error instanceof Error ? error.message : String(error)})`,
    value: file,
    fix: 'give the file vwaudit listen writes to on the other machine',
  });
}
