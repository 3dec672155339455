import type { Socket } from 'node:net';
import type { IncomingMessage } from 'node:http';
import type { Deadline } from './deadline.ts';
import { Dialer } from './dialer.ts';
import type { ProbeTarget } from './observation.ts';
import type { Probe, ProbeContext, Settle } from './probe.ts';

/**
 * One HTTP exchange on one connection: any valid response head is an answer, whatever its status. Whoever accepts and
 * then doesn't speak HTTP (other bytes, closing, silence) is open but `not-http`.
 */
export const httpProbe: Probe = (target, deadline, context, settle) => {
  const dialer = new Dialer(context.system);
  dialer.dial(context.host, target.port, deadline, settle, (connectMs) => {
    exchange(dialer.socket, connectMs, target, deadline, context, settle);
  });
};

function exchange(
  socket: Socket,
  connectMs: number,
  { port }: ProbeTarget,
  deadline: Deadline,
  { system, host }: ProbeContext,
  settle: Settle,
): void {
  const acceptedAt = system.monotonicMs();
  const end = (reason: 'http-response' | 'not-http', evidence: string): void => {
    const rttMs = connectMs + (reason === 'http-response' ? system.monotonicMs() - acceptedAt : 0);
    socket.resetAndDestroy();
    settle({ kind: 'open', reason, rttMs, evidence });
  };
  const answered = ({ statusCode }: Pick<IncomingMessage, 'statusCode'>): void => {
    end('http-response', `HTTP answer, status ${statusCode ?? 'unknown'}`);
  };
  deadline.isAccepted = true;
  deadline.onOver(() => {
    end('not-http', 'connection accepted, but no answer to an HTTP request');
  });
  system
    .httpRequest({
      // With a connection of our own no agent is involved, so nothing is pooled or opened a second time.
      createConnection: () => socket,
      host,
      port,
      headers: { 'user-agent': 'vwaudit', accept: '*/*', connection: 'close' },
    })
    .on('response', answered)
    .on('information', answered)
    .on('upgrade', answered)
    .on('error', (error: NodeJS.ErrnoException) => {
      end('not-http', `connection accepted, but what came back is not HTTP (${error.code ?? error.message})`);
    })
    .end();
}
