import type { Socket } from 'node:net';
import type { System } from '../../system/system.ts';
import type { Deadline } from './deadline.ts';
import type { Settle } from './probe.ts';

/**
 * Connects to a TCP port, then leaves the socket to `onAccept`; every other end settles the result. After `onAccept` errors and the
 * deadline are its business.
 * @param host a numeric address: nothing to resolve, and no second family to race
 */
export function dial(
  system: System,
  host: string,
  port: number,
  deadline: Deadline,
  settle: Settle,
  onAccept: (socket: Socket, rttMs: number) => void,
): void {
  const socket = system.tcpSocket();
  const startedAt = system.monotonicMs();
  const elapsedMs = (): number => system.monotonicMs() - startedAt;
  let isAccepted = false;
  // The system call itself failed.
  let isLocal = false;
  socket.on('connect', () => {
    isAccepted = true;
    onAccept(socket, elapsedMs());
  });
  socket.on('error', ({ code, name }: NodeJS.ErrnoException) => {
    if (!isAccepted) settle({ kind: 'errno', errno: code ?? name, isLocal, rttMs: elapsedMs() });
  });
  deadline.onOver(() => {
    socket.destroy();
    settle({ kind: 'silence' });
  });
  socket.connect({ host, port, autoSelectFamily: false });
  // connect(2) runs in the next tick, so by the tick after it a call that failed by itself has failed; its error is not yet out.
  process.nextTick(() => {
    isLocal = !socket.connecting;
  });
}
