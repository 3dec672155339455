import type { Socket } from 'node:net';
import type { IncomingMessage } from 'node:http';
import type { Deadline } from './deadline.ts';
import { dial } from './dial.ts';
import type { ProbeTarget } from './observation.ts';
import { STAND_IN_PORT, STAND_IN_SERVER } from './greeting.ts';
import type { Aftermath, Probe, ProbeContext, Settle } from './probe.ts';

/** Answers that only something between us and the server gives (RFC 9110, RFC 6585): a proxy speaks, not the server. */
const GATEWAY_STATUS: ReadonlySet<number> = new Set([407, 502, 504, 511]);
const REDIRECTION: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * One HTTP exchange on one connection: any valid response head is an answer, whatever its status. Whoever accepts and sends
 * other bytes is open but `not-http`; whoever closes, stays silent or stops within the head is open, and `no-http-answer` tells
 * nothing more: a server does so that is slow, or loses connections.
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
  const answered = ({ statusCode = 0, headers }: Pick<IncomingMessage, 'statusCode' | 'headers'>): void => {
    // The parser of Node takes RTSP and ICE for HTTP.
    if (isOther(heard)) {
      unanswered('connection accepted, but what came back is not HTTP', 'spoke');
      return;
    }
    socket.resetAndDestroy();
    const elsewhere = REDIRECTION.has(statusCode) ? otherServer(headers.location, host, port) : null;
    settle({
      kind: 'open',
      reason: 'http-response',
      rttMs: connectMs + system.monotonicMs() - acceptedAt,
      evidence: `HTTP answer, status ${statusCode}${elsewhere === null ? '' : `, which leads to ${elsewhere}`}`,
      ...((GATEWAY_STATUS.has(statusCode) || elsewhere !== null) && { isGateway: true }),
      ...(headers.server === STAND_IN_SERVER && {
        standIn: isOfPort(headers[STAND_IN_PORT], port) ? 'this-port' : 'another-port',
      }),
    });
  };
  let heard = '';
  const unanswered = (evidence: string, after: Aftermath | null): void => {
    const reason = isOther(heard) ? 'not-http' : 'no-http-answer';
    // Not a reset: what the kernel still has to deliver shows whether anybody acknowledges it.
    if (after === null) socket.destroy();
    else socket.resetAndDestroy();
    settle({ kind: 'open', reason, rttMs: connectMs, evidence, after, connection });
  };
  deadline.isAccepted = true;
  deadline.onOver(() => {
    unanswered(
      `connection accepted, but ${heard === '' ? 'no' : 'no whole'} answer to an HTTP request`,
      null,
    );
  });
  socket.on('data', (chunk: Buffer) => {
    if (heard.length < HEARD_BYTES) heard += chunk.toString('latin1', 0, HEARD_BYTES);
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
      const what = isOther(heard)
        ? 'what came back is not HTTP'
        : heard === ''
          ? 'it was lost before an answer to the HTTP request'
          : 'the answer to the HTTP request was cut off or broken';
      unanswered(`connection accepted, but ${what} (${error.code ?? error.message})`, 'spoke');
    })
    .end();
}

/**
 * The server that a redirection names, where that is neither the asked address nor the asked port, as a captive portal and a
 * proxy redirect; else null.
 */
function otherServer(location: string | undefined, host: string, port: number): string | null {
  const asked = `http://${host.includes(':') ? `[${host}]` : host}:${port}/`;
  if (location === undefined || !URL.canParse(location, asked)) return null;
  const [from, to] = [new URL(asked), new URL(location, asked)];
  const isSame = to.host === '' || to.hostname === from.hostname || to.port === from.port;
  return isSame ? null : to.host.slice(0, SHOWN_CHARACTERS);
}

const SHOWN_CHARACTERS = 100;

/** Versions that do not say which port they hold are taken for those of this one. */
function isOfPort(held: string | readonly string[] | undefined, port: number): boolean {
  return held === undefined || held === String(port);
}

const HEARD_BYTES = 16;

/** Bytes that no answer of HTTP begins with; line ends before one are passed over. */
function isOther(heard: string): boolean {
  const begun = heard.replace(/^[\r\n]+/, '').slice(0, HTTP.length);
  return !HTTP.startsWith(begun);
}

const HTTP = 'HTTP/';
