import type { Socket } from 'node:net';
import type { Deadline } from './deadline.ts';
import type { ProbeTarget } from './observation.ts';
import type { ProbeContext, Sighting } from './probe.ts';

/**
 * Connects, then leaves the socket to `onAccept`; every other end settles the sighting. After `onAccept` errors and
 * the deadline are the taker's business.
 */
export function tcpConnect(
  target: ProbeTarget,
  deadline: Deadline,
  { system, host }: ProbeContext,
  settle: (sighting: Sighting) => void,
  onAccept: (socket: Socket, rttMs: number) => void,
): void {
  const socket = system.tcpSocket();
  const startedAt = system.monotonicMs();
  let isLocal = false;
  let isAccepted = false;
  socket.on('connect', () => {
    isAccepted = true;
    onAccept(socket, system.monotonicMs() - startedAt);
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    if (isAccepted) return;
    const errno = error.code ?? error.name;
    settle({ kind: 'errno', errno, isLocal, rttMs: system.monotonicMs() - startedAt });
  });
  deadline.onOver(() => {
    settle({ kind: 'silence' });
    socket.destroy();
  });
  // A numeric address: nothing to resolve, and no second family to race.
  socket.connect({ host, port: target.port, autoSelectFamily: false });
  // connect(2) runs in the next tick, so by the tick after it a call that failed by itself has failed.
  process.nextTick(() => {
    isLocal = !socket.connecting;
  });
}
