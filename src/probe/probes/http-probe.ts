import type { Socket } from 'node:net';
import type { IncomingMessage } from 'node:http';
import type { Deadline } from './deadline.ts';
import { dial } from './dial.ts';
import type { ProbeTarget } from './observation.ts';
import { STAND_IN_SERVER } from './greeting.ts';
import type { Aftermath, Probe, ProbeContext, Settle } from './probe.ts';

/** Answers that only something between us and the server gives (RFC 9110, RFC 6585): a proxy speaks, not the server. */
const GATEWAY_STATUS: ReadonlySet<number> = new Set([407, 502, 504, 511]);

/**
 * One HTTP exchange on one connection: any valid response head is an answer, whatever its status. Whoever accepts and
 * then doesn't speak HTTP (other bytes, closing, silence) is open but `not-http`.
 */
export const httpProbe: Probe = (target, deadline, context, settle) => {
  dial(context.system, context.host, target.port, deadline, settle, (socket, connectMs) => {
    exchange(socket, connectMs, target, deadline, context, settle);
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
  const connection = { localPort: socket.localPort ?? 0, localAddress: socket.localAddress ?? '' };
  const answered = ({ statusCode, headers }: Pick<IncomingMessage, 'statusCode' | 'headers'>): void => {
    socket.resetAndDestroy();
    settle({
      kind: 'open',
      reason: 'http-response',
      rttMs: connectMs + system.monotonicMs() - acceptedAt,
      evidence: `HTTP answer, status ${statusCode ?? 'unknown'}`,
      ...(GATEWAY_STATUS.has(statusCode ?? 0) && { isGateway: true }),
      ...(headers.server === STAND_IN_SERVER && { standIn: 'this-port' }),
    });
  };
  const notHttp = (evidence: string, after: Aftermath | null): void => {
    // Not a reset: what the kernel still has to deliver shows whether anybody acknowledges it.
    if (after === null) socket.destroy();
    else socket.resetAndDestroy();
    settle({ kind: 'open', reason: 'not-http', rttMs: connectMs, evidence, after, connection });
  };
  deadline.isAccepted = true;
  deadline.onOver(() => {
    notHttp('connection accepted, but no answer to an HTTP request', null);
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
    .on('information', ({ statusCode }) => {
      answered({ statusCode, headers: {} });
    })
    .on('upgrade', answered)
    .on('error', (error: NodeJS.ErrnoException) => {
      const evidence = `connection accepted, but what came back is not HTTP (${error.code ?? error.message})`;
      notHttp(evidence, 'spoke');
    })
    .end();
}
