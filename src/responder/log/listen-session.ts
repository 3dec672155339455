import { HEARTBEAT_MS } from './heartbeat.ts';
import type { ContactRecord, ListenHead, LoggedCounts, LoggedPort } from './listen-log.ts';

/** One run of `vwaudit listen`, as its log shows it. */
export interface ListenSession {
  readonly file: string;
  /** From here on it was awake all the time: a heartbeat every few seconds. */
  readonly awakeSinceMs: number;
  /** Time of the last record of counts, before which nothing is missing unsaid. */
  readonly knownUntilMs: number;
  /** The summary is there: nothing more will come. */
  readonly isEnded: boolean;
  /** Every contact that carried a probe's nonce, by the nonce. */
  readonly probes: ReadonlyMap<string, ContactRecord>;
  /** Every contact over TCP. */
  readonly connections: readonly ContactRecord[];
  /** Whether the log has every contact at that port, up to {@link knownUntilMs}. */
  readonly isComplete: (port: LoggedPort) => boolean;
  readonly held: readonly LoggedPort[];
}

/** A machine that slept, or a program too busy for its heartbeat, may have missed what was sent to it. */
const MAX_ASLEEP_MS = 3 * HEARTBEAT_MS;

/** Collects a session record by record. */
export class SessionReader {
  readonly #probes = new Map<string, ContactRecord>();
  readonly #connections: ContactRecord[] = [];
  readonly #listed = new Map<string, number>();
  readonly #complete = new Map<string, boolean>();
  #awakeSinceMs: number;
  #knownUntilMs: number;
  #isEnded = false;

  constructor(
    private readonly head: ListenHead,
    private readonly file: string,
  ) {
    this.#awakeSinceMs = Date.parse(head.startedAt);
    this.#knownUntilMs = this.#awakeSinceMs;
  }

  contact(contact: ContactRecord): void {
    const key = keyOf(contact);
    this.#listed.set(key, (this.#listed.get(key) ?? 0) + 1);
    if (contact.transport === 'tcp') this.#connections.push(contact);
    if (contact.nonce !== null) this.#probes.set(contact.nonce, contact);
  }

  /** A log with lines cut out, or contacts that were only counted, proves no silence. */
  counts(time: string, ports: readonly LoggedCounts[], isEnded: boolean): void {
    const timeMs = Date.parse(time);
    if (timeMs - this.#knownUntilMs > MAX_ASLEEP_MS) this.#awakeSinceMs = timeMs;
    this.#knownUntilMs = timeMs;
    this.#isEnded = isEnded;
    for (const port of ports) {
      const key = keyOf(port);
      const listed = this.#listed.get(key) ?? 0;
      this.#complete.set(key, port.contacts === listed);
    }
  }

  session(): ListenSession {
    return {
      file: this.file,
      awakeSinceMs: this.#awakeSinceMs,
      knownUntilMs: this.#knownUntilMs,
      isEnded: this.#isEnded,
      probes: this.#probes,
      connections: this.#connections,
      isComplete: (port) => this.#complete.get(keyOf(port)) ?? !this.#listed.has(keyOf(port)),
      held: this.head.held,
    };
  }
}

function keyOf({ transport, port, address }: LoggedPort): string {
  return `${transport}/${port}@${address}`;
}
