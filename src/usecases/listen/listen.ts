import { InputError } from '../../input-error.ts';
import type { Address } from '../../net/address.ts';
import { endpointsOf } from '../../ports/endpoints.ts';
import { bindFailureReason } from '../../responder/bind-failure.ts';
import type { BindFailure, ConnectionRecord } from '../../responder/stand-ins/connection-record.ts';
import { HEARTBEAT_MS } from '../../responder/log/heartbeat.ts';
import type { ListenHead, ListenRecord, ListenSummary, NotHeld } from '../../responder/log/listen-log.ts';
import { contactRecord, loggedCounts, loggedPort } from '../../responder/log/log-record.ts';
import { startResponder, type Responder } from '../../responder/responder.ts';
import type { Site } from '../../deployment/site.ts';
import { readSocketTable } from '../../sockets/read-socket-table.ts';
import type { System } from '../../system/system.ts';
import { reportHead, type Tool } from '../../verdict/reports/head.ts';
import { standInHost } from './stand-in-host.ts';
import { takenPorts } from './taken-ports.ts';

/** Takes one record; false when there is no room for it just now. */
type Log = (record: ListenRecord) => boolean;

export interface ListenOptions {
  /** Where to listen; empty = at the addresses the site flags give this host, else at all. */
  readonly bind: readonly Address[];
  readonly log: Log;
}

/** A stand-in that runs and writes its log. */
export interface Listening {
  readonly head: ListenHead;
  /** Ends it: every socket closed, the summary written. */
  stop(): Promise<ListenSummary>;
}

/**
 * What keeps the log below some 40 MB, whoever sends what for however long. Beyond, contacts are only counted; 100,000
 * heartbeats are six days, and after the last the log proves no silence any more.
 */
const MAX_LINES = { probes: 100_000, others: 20_000, heartbeats: 100_000 } as const;

const EVERYWHERE: readonly Address[] = [
  { family: 4, value: 0n },
  { family: 6, value: 0n },
];

/**
 * Holds the ports of one host of the site on this machine, in place of Viz World or beside it, and logs every contact.
 * @throws InputError when not one port could be held
 */
export async function startListening(
  site: Site,
  { bind, log }: ListenOptions,
  { system, tool }: { readonly system: System; readonly tool: Tool },
): Promise<Listening> {
  const { host, addresses } = standInHost(site, system);
  const endpoints = endpointsOf(host, site);
  // Ports are asked as soon as they are held, which is before the head can say so.
  const early: ListenRecord[] = [];
  let isHeadWritten = false;
  const responder = await startResponder(
    endpoints,
    {
      addresses: [bind, addresses].find((given) => given.length > 0) ?? EVERYWHERE,
      taken: await takenPorts(endpoints, system),
      onContact: contactLog((record) => (isHeadWritten ? log(record) : early.push(record) > 0)),
    },
    system,
  );
  const startedAt = system.now().toISOString();
  const notHeld = await obstacles(responder.failures, system);
  if (responder.held.length === 0) throw nothingHeld(notHeld);
  const head = {
    ...reportHead('listen', { tool, site, assumptions: [], observed: { startedAt } }),
    startedAt,
    held: responder.held.map(loggedPort),
    notHeld,
  };
  log(head);
  early.forEach(log);
  isHeadWritten = true;
  const heartbeat = startHeartbeat(responder, log, system);
  return {
    head,
    async stop() {
      clearInterval(heartbeat);
      await new Promise((done) => setImmediate(done));
      await responder.stop();
      const summary = summarize(responder, system);
      log(summary);
      return summary;
    },
  };
}

function contactLog(log: Log): (contact: ConnectionRecord) => boolean {
  let { probes, others } = MAX_LINES as Record<keyof typeof MAX_LINES, number>;
  return (contact) => {
    const isProbe = contact.nonce !== null;
    if ((isProbe ? probes : others) === 0 || !log(contactRecord(contact))) return false;
    if (isProbe) probes -= 1;
    else others -= 1;
    return true;
  };
}

/** Says regularly that it is alive, and what happened since at which ports. */
function startHeartbeat(responder: Responder, log: Log, system: System): ReturnType<typeof setInterval> {
  let left: number = MAX_LINES.heartbeats;
  let said: readonly number[] = responder.held.map(() => 0);
  // First what has arrived already: after a pause of the machine or the program the timer comes before it.
  const timer = setInterval(() => setImmediate(beat), HEARTBEAT_MS);
  const beat = (): void => {
    const counts = responder.counts();
    const ports = counts.filter(({ contacts }, index) => contacts !== said[index]).map(loggedCounts);
    if (!log({ kind: 'counts', time: system.now().toISOString(), ports })) return;
    said = counts.map(({ contacts }) => contacts);
    left -= 1;
    if (left === 0) clearInterval(timer);
  };
  return timer;
}

function summarize(responder: Responder, system: System): ListenSummary {
  const ports = responder.counts().map(loggedCounts);
  return {
    kind: 'summary',
    time: system.now().toISOString(),
    contacts: ports.reduce((sum, { contacts }) => sum + contacts, 0),
    unreported: ports.reduce((sum, { unreported }) => sum + unreported, 0),
    ports,
  };
}

async function obstacles(failures: readonly BindFailure[], system: System): Promise<readonly NotHeld[]> {
  if (failures.length === 0) return [];
  const ports = failures.map(({ endpoint }) => endpoint.port);
  const { listeners } = await readSocketTable(system, ports);
  return failures.map((failure) => {
    const { transport, port } = failure.endpoint;
    const holder = listeners.find((one) => one.transport === transport && one.port === port) ?? null;
    const why = bindFailureReason(failure, holder, system.platform);
    return { ...loggedPort(failure), errno: failure.errno, why };
  });
}

/** An error of usage: nothing was audited that could have failed, and the call or the machine has to change. */
function nothingHeld(notHeld: readonly NotHeld[]): InputError {
  const [first] = notHeld;
  const example =
    first === undefined
      ? 'this machine has no such address'
      : `${first.port}/${first.transport}: ${first.why}`;
  return new InputError({
    code: 'nothing-held',
    message: `could not bind any port (${example})`,
    fix: 'if Viz World runs here, use vwaudit check; otherwise free the ports, or use --bind or --port-offset',
  });
}
