import { formatGreeting } from '../../probe/probes/greeting.ts';
import { listenOn } from './listen-on.ts';
import type { StandIn } from './stand-in.ts';

/** Accepts, says what it is and closes at once: enough for a probe, and no client takes it for a server that works. */
export const tcpStandIn: StandIn = (held, context) =>
  listenOn(
    context.system.tcpServer(() => undefined),
    held,
    context,
    (socket) => {
      // What the peer sent is read and thrown away: closing with unread data would reset the connection.
      socket.resume();
      socket.end(formatGreeting(held.endpoint.port));
    },
  );
