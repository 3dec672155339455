import { randomBytes } from 'node:crypto';
import { compareAddresses, formatAddress, type Address } from '../net/address.ts';
import { isLoopback } from '../net/special-addresses.ts';
import type { Transport } from '../net/port-range.ts';
import type { System } from '../system/system.ts';
import { lookUpAcknowledgements } from './recheck/acknowledged.ts';
import { askForGreetings } from './recheck/ask-for-greetings.ts';
import { askHttpAgain } from './recheck/ask-http-again.ts';
import { askPatiently } from './recheck/ask-patiently.ts';
import { askSlowly } from './recheck/ask-slowly.ts';
import { classify } from './classify.ts';
import { Host } from './schedule/host.ts';
import type { Observation, ProbeTarget } from './probes/observation.ts';
import { ProbeLoop } from './schedule/probe-loop.ts';
import { recheckAnswers } from './recheck/recheck-answers.ts';
import { explainRefusals } from './recheck/refusal-cause.ts';
import { RefusalCount } from './recheck/refusal-count.ts';
import { withoutStackTraces } from './schedule/stack-traces.ts';
import type { Task } from './schedule/task.ts';
import { encodeDatagram, NONCE_BYTES } from './probes/wire.ts';

export interface ProbeOptions {
  /** How long one probe waits for an answer. */
  readonly timeoutMs: number;
  /** How often a silent port is asked again. */
  readonly retries: number;
  /** Probes in flight at most; fewer where the system allows fewer descriptors. */
  readonly concurrency: number;
  /** `empty` for listeners that dislike unknown bytes; then no answer can prove it was meant for us. */
  readonly udpPayload: 'nonce' | 'empty';
  /** How long one probe of an altogether silent host waits, to tell a host that is down (Linux knows after 3.1 s); 0 = no longer than others. */
  readonly hostDownMs: number;
  /** How long ports that may have been refused beyond an ICMP limit are asked one at a time, in all; 0 = not at all. */
  readonly slowMs: number;
  /** Called before each of them: how many were asked so far, and how many there are. */
  readonly onSlow?: (asked: number, total: number) => void;
  /** How long an accepted connection waits for the greeting of a stand-in, beyond the round trip; 0 = not at all. */
  readonly greetingMs: number;
  /** Ends the run early: what is not settled by then is `error`, `interrupted`. */
  readonly signal?: AbortSignal;
}

export const DEFAULT_PROBE_OPTIONS = {
  timeoutMs: 1200,
  retries: 1,
  concurrency: 1024,
  udpPayload: 'nonce',
  hostDownMs: 3500,
  slowMs: 120_000,
  greetingMs: 1000,
} as const satisfies ProbeOptions;

/** Descriptors left for everything else in this process. */
const SPARE_DESCRIPTORS = 64;

/** Asks every target and says what was seen of each, in the order given. `onProgress` gets how many are settled. */
export function probeAll(
  targets: readonly ProbeTarget[],
  options: ProbeOptions,
  system: System,
  onProgress?: (settled: number, total: number) => void,
): Promise<readonly Observation[]> {
  return withoutStackTraces(async () => {
    const { tasks, hosts } = plan(targets, options, system);
    const { signal } = options;
    const [concurrency, refusals] = await Promise.all([
      affordable(options.concurrency, system),
      RefusalCount.start(system),
    ]);
    let settled = 0;
    const loop = new ProbeLoop(system, { ...options, concurrency }, (task) => {
      refusals.note(task);
      settled += 1;
      onProgress?.(settled, tasks.length);
    });
    const stop = (): void => {
      loop.stop();
    };
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted !== true) await loop.run(inTurns(hosts));
    signal?.removeEventListener('abort', stop);

    const bounds = await refusals.bounds();
    await Promise.all(hosts.map((host) => askForGreetings(host, signal)));
    // Before the kernel forgets the connections, which it does within a minute.
    await lookUpAcknowledgements(tasks, options.timeoutMs, system, signal);
    if (bounds !== null) await explainRefusals(tasks, bounds, system, signal);
    await askSlowly(tasks, options, system);
    await askPatiently(tasks, { ...options, concurrency }, system);
    await askHttpAgain(tasks, { ...options, concurrency }, system);
    await lookUpAcknowledgements(tasks, options.timeoutMs, system, signal);
    await Promise.all(hosts.map((host) => recheckAnswers(host, options, system)));
    return tasks.map(classify);
  });
}

function plan(
  targets: readonly ProbeTarget[],
  { timeoutMs, udpPayload, greetingMs }: ProbeOptions,
  system: System,
): { readonly tasks: readonly Task[]; readonly hosts: readonly Host[] } {
  const own = system.localAddresses();
  const isOwn = (address: Address): boolean =>
    isLoopback(address) || own.some((mine) => compareAddresses(mine, address) === 0);
  const texts = new Map<Address, string>();
  const hosts = new Map<string, Host>();
  const tasks = targets.map((target): Task => {
    const { address, transport } = target;
    const text = texts.get(address) ?? formatAddress(address);
    texts.set(address, text);
    const host = hosts.get(text) ?? new Host(address, isOwn(address), timeoutMs, system, greetingMs);
    hosts.set(text, host);
    const nonce = transport === 'udp' && udpPayload === 'nonce' ? randomBytes(NONCE_BYTES) : null;
    const task: Task = {
      target,
      host,
      nonce,
      context:
        nonce === null
          ? host.context
          : { ...host.context, datagram: encodeDatagram({ kind: 'request', nonce }) },
      attempt: null,
      attempts: 0,
      waitedMs: 0,
      waitMs: null,
      exhaustions: 0,
      result: undefined,
      cause: undefined,
      isAmbiguous: false,
      mayBeIcmpLimited: false,
      wasAskedAlone: false,
      isLate: false,
    };
    host.add(task);
    return task;
  });
  return { tasks, hosts: [...hosts.values()] };
}

function isFlow({ transport, isControl }: ProbeTarget, of: Transport): boolean {
  return transport === of && isControl !== true;
}

/**
 * Round the hosts, so that none is asked all at once while others wait. TCP first: a firewall that a datagram makes ban us must not
 * change what the TCP ports of any host say, and TCP answers that count come without ICMP. Of these, a port that can't be asked again
 * comes last: a limit on new connections must not let it in instead of another port. Control ports last of all: what watches unused
 * ports must not react to them while the others are asked.
 */
function inTurns(hosts: readonly Host[]): readonly Task[] {
  const phases: readonly ((task: Task) => boolean)[] = [
    ({ target }) => isFlow(target, 'tcp') && target.isClosedAtOnce !== true,
    ({ target }) => isFlow(target, 'tcp') && target.isClosedAtOnce === true,
    ({ target }) => isFlow(target, 'udp'),
    ({ target }) => target.isControl === true,
  ];
  return phases.flatMap((isDue) => round(hosts.map(({ tasks }) => tasks.filter(isDue))));
}

/** The first of every queue, then the second of every one, and so on. */
function round(queues: readonly (readonly Task[])[]): readonly Task[] {
  const longest = Math.max(0, ...queues.map((queue) => queue.length));
  return Array.from({ length: longest }, (_, index) => queues.flatMap((queue) => queue[index] ?? [])).flat();
}

async function affordable(concurrency: number, system: System): Promise<number> {
  const limit = await system.descriptorLimit();
  if (limit === null) return concurrency;
  return Math.max(1, Math.min(concurrency, limit - Math.min(SPARE_DESCRIPTORS, Math.ceil(limit / 2))));
}
