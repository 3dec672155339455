import { tryParseAddress, type Address } from '../../net/address.ts';
import type { System } from '../../system/system.ts';
import { pause } from '../schedule/pause.ts';
import type { Task } from '../schedule/task.ts';

/** ESTABLISHED, SYN_SENT, FIN_WAIT1 (include/net/tcp_states.h): the FIN is not out yet, or waits for its acknowledgement. */
const WAITING: ReadonlySet<string> = new Set(['01', '02', '04']);

const FIRST_LOOK_MS = 20;

/** The FIN may have to be sent again. */
const ROUND_TRIPS = 4;

/**
 * Looks up, in the kernel's table of connections, whether what was sent after each handshake was acknowledged. Whoever completes
 * handshakes in place of the host (SYNPROXY) acknowledges nothing before the host has answered, whereas any host does, within a
 * round trip. A lost segment is repeated, so those that wait are looked up again until the timeout, or a few round trips, are over. Where the system has
 * no such table, the tasks stay as they are.
 */
export async function lookUpAcknowledgements(
  tasks: readonly Task[],
  timeoutMs: number,
  system: System,
  signal: AbortSignal | undefined,
): Promise<void> {
  let open = tasks.filter(isUnknown);
  const slowestMs = Math.max(0, ...open.map(({ host }) => host.slowestOpenMs));
  const endsAtMs = system.monotonicMs() + Math.max(timeoutMs, ROUND_TRIPS * slowestMs);
  for (let waitMs = FIRST_LOOK_MS; open.length > 0; waitMs *= 2) {
    await pause(waitMs, signal);
    const states = await readStates(system);
    if (states === null || signal?.aborted === true) return;
    const isOver = system.monotonicMs() >= endsAtMs;
    for (const task of open) {
      const state = states.get(keyOf(task) ?? '');
      if (state === undefined) setAftermath(task, 'vanished');
      else if (!WAITING.has(state)) setAftermath(task, 'acknowledged');
      else if (isOver) setAftermath(task, 'unacknowledged');
    }
    open = open.filter(isUnknown);
  }
}

function isUnknown({ result }: Task): boolean {
  return result?.kind === 'open' && result.after === null;
}

function setAftermath(task: Task, after: 'acknowledged' | 'unacknowledged' | 'vanished'): void {
  if (task.result?.kind === 'open') task.result = { ...task.result, after };
}

/** The state of every connection by its two ends, as /proc/net/tcp and tcp6 write them; null where there is no such table. */
async function readStates(system: System): Promise<ReadonlyMap<string, string> | null> {
  if (system.platform !== 'linux') return null;
  try {
    const [four, six] = await Promise.all([
      system.readText('/proc/net/tcp'),
      system.readText('/proc/net/tcp6').catch(() => ''),
    ]);
    return new Map([...entries(four), ...entries(six)]);
  } catch {
    return null;
  }
}

function entries(table: string): readonly (readonly [string, string])[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local, remote, state] = line.trim().split(/\s+/);
      return local === undefined || remote === undefined || state === undefined
        ? []
        : [[`${local} ${remote}`, state] as const];
    });
}

function keyOf({ result, target }: Task): string | undefined {
  if (result?.kind !== 'open' || result.connection === undefined) return undefined;
  const { localAddress, localPort } = result.connection;
  const local = tryParseAddress(localAddress);
  return local === undefined
    ? undefined
    : `${kernelText(local, localPort)} ${kernelText(target.address, target.port)}`;
}

/** `0100007F:0066`: words of 32 bits in the byte order of the machine, which is little-endian wherever Node 20 is built but s390x. */
function kernelText({ family, value }: Address, port: number): string {
  const digits = value.toString(16).padStart(family === 4 ? 8 : 32, '0');
  const words = digits.match(/.{8}/g) ?? [];
  const swapped = words.map((word) => (word.match(/../g) ?? []).reverse().join(''));
  return `${swapped.join('')}:${port.toString(16).padStart(4, '0')}`.toUpperCase();
}
