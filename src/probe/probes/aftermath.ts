import type { Socket } from 'node:net';
import type { Deadline } from './deadline.ts';
import { GREETING_BYTES, otherProtocol, parseGreeting } from './greeting.ts';
import type { ProbeTarget } from './observation.ts';
import type { Aftermath, Settle } from './probe.ts';

/** At least so many round trips, since a reset may come from farther away than the handshake did. */
const ROUND_TRIPS = 4;
const MIN_WATCH_MS = 20;
const MAX_WATCH_MS = 200;

/**
 * Watches what follows a handshake, for somebody else may have completed it: SYNPROXY resets the connection once the host has
 * refused, or acknowledges nothing more; a stand-in greets, on a busy machine late. A server of Viz World says nothing: it is
 * waited for `greetingMs` beyond the round trip, whatever time is left for a handshake. Nothing is ever sent but the FIN. A
 * port that must be let go of at once gets the FIN first, and the descriptor stays only to hear the answer.
 */
export function watchAftermath(
  socket: Socket,
  { port, isClosedAtOnce = false }: ProbeTarget,
  rttMs: number,
  greetingMs: number,
  deadline: Deadline,
  settle: Settle,
): void {
  const connection = { localPort: socket.localPort ?? 0, localAddress: socket.localAddress ?? '' };
  let heard = '';
  let timer: NodeJS.Timeout | undefined = undefined;
  const end = (after: Aftermath | null): void => {
    clearTimeout(timer);
    socket.destroy();
    const holder = parseGreeting(heard);
    const isGreeting = holder !== null;
    const protocol = otherProtocol(heard);
    settle({
      kind: 'open',
      reason: 'syn-ack',
      rttMs,
      evidence: isGreeting
        ? `vwaudit listen greets, for port ${holder}`
        : protocol === null
          ? 'connection accepted'
          : `a server of ${protocol} greets`,
      after: heard === '' ? after : 'spoke',
      connection,
      ...(isGreeting && { standIn: holder === port ? 'this-port' : 'another-port' }),
      ...(protocol !== null && { protocol }),
    });
  };
  const forReset = Math.min(MAX_WATCH_MS, Math.max(MIN_WATCH_MS, ROUND_TRIPS * rttMs));
  const watchMs = Math.max(forReset, greetingMs === 0 ? 0 : greetingMs + rttMs);
  deadline.isAccepted = true;
  deadline.onOver(() => {
    if (deadline.isCut) end(null);
  });
  socket.on('data', (chunk: Buffer) => {
    if (heard.length < GREETING_BYTES) heard += chunk.toString('latin1', 0, GREETING_BYTES);
    if (parseGreeting(heard) !== null) end('spoke');
  });
  socket.on('end', () => {
    // After our FIN it only answers.
    end(isClosedAtOnce ? 'acknowledged' : 'closed');
  });
  socket.on('error', () => {
    // After our FIN the program itself may have answered by a reset.
    end(isClosedAtOnce ? 'vanished' : 'reset');
  });
  if (isClosedAtOnce) socket.end();
  timer = setTimeout(end, watchMs, null);
}
