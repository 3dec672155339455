import { InputError } from '../input-error.ts';
import { formatAddress, isLoopback } from '../net/address.ts';
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
  const patientUntilMs = system.monotonicMs() + HEARTBEAT_MS + CLOCKS_AGREE_MS;
  for (;;) {
    const sessions = await readListenLogs(files, system);
    const isPatient = signal?.aborted !== true && system.monotonicMs() < patientUntilMs;
    if (!isPatient || !observed.some((one) => awaits(one, sessions, run)))
      return observed.map(logViews(sessions, observed, run));
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
}

/** Another record of counts may prove that nothing arrived. */
function awaits(
  { asked, observation }: Observed<Flow>,
  sessions: readonly ListenSession[],
  run: Run,
): boolean {
  const { state, nonce } = observation;
  if (state !== 'open|filtered' || nonce === undefined) return false;
  if (sessions.some(({ probes }) => probes.has(nonce))) return false;
  return sessions.some(
    (session) =>
      !session.isEnded &&
      session.awakeSinceMs <= run.startedMs &&
      session.knownUntilMs < run.startedMs + run.durationMs &&
      heldFor(asked, session) !== undefined,
  );
}

function logViews(
  sessions: readonly ListenSession[],
  observed: readonly Observed<Flow>[],
  run: Run,
): (one: Observed<Flow>) => LogView | null {
  const endedMs = run.startedMs + run.durationMs;
  const witnesses = sessions.filter(
    (session) =>
      session.awakeSinceMs <= run.startedMs &&
      session.knownUntilMs >= endedMs &&
      clocksAgree(session, observed, run),
  );
  return ({ asked, observation: { nonce } }) => {
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
      const port = heldFor(asked, session);
      return port !== undefined && session.isComplete(port);
    });
    if (witness === undefined) return null;
    return {
      kind: 'nothing-arrived',
      evidence: `listen log ${printable(witness.file)}: the port was held all the time (both clocks trusted), and our nonce never arrived`,
    };
  };
}

/** Nothing speaks against it: no probe of this run arrived before it was sent or long after. */
function clocksAgree(
  { probes }: ListenSession,
  observed: readonly Observed<Flow>[],
  { startedMs, durationMs }: Run,
): boolean {
  return observed.every(({ observation: { nonce } }) => {
    const contact = nonce === undefined ? undefined : probes.get(nonce);
    if (contact === undefined) return true;
    const lateMs = Date.parse(contact.time) - startedMs;
    return lateMs >= -CLOCKS_AGREE_MS && lateMs <= durationMs + CLOCKS_AGREE_MS;
  });
}

/** The UDP port as the session held it, at that very address; loopback is another machine's as well and proves nothing. */
function heldFor({ endpoint, address }: Flow, { held }: ListenSession): LoggedPort | undefined {
  if (endpoint.transport !== 'udp' || address === null || isLoopback(address)) return undefined;
  const text = formatAddress(address);
  return held.find((one) => one.transport === 'udp' && one.port === endpoint.port && one.address === text);
}

function unreadable(file: string, error: unknown): InputError {
  return new InputError({
    code: 'unreadable-file',
    message: `--listen-log: "${file}" can't be read (${error instanceof Error ? error.message : String(error)})`,
    value: file,
    fix: 'give the file vwaudit listen writes to on the other machine',
  });
}
