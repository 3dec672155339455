import type { Server, Socket } from 'node:net';
import { formatAddress } from '../../net/address.ts';
import type { HeldPort } from './connection-record.ts';
import type { OpenPort, StandInContext } from './stand-in.ts';

/** Lets a TCP or HTTP server hold the port; each connection is counted, limited, and handed on. */
export function listenOn(
  server: Server,
  { endpoint, address }: HeldPort,
  { connections, counter }: StandInContext,
  onConnection: (socket: Socket) => void,
): Promise<OpenPort> {
  server.on('connection', (socket: Socket) => {
    socket.on('error', ignore);
    const { remoteAddress, remotePort } = socket;
    const isKnown = remoteAddress !== undefined && remotePort !== undefined;
    counter.contact(isKnown ? { address: remoteAddress, port: remotePort } : null, null);
    connections.add(socket);
    onConnection(socket);
  });
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(
      // Separate sockets for both families: what one can't hold, the other may.
      {
        host: formatAddress(address),
        port: endpoint.port,
        ipv6Only: address.family === 6,
        backlog: 1024,
        exclusive: true,
      },
      () => {
        server.off('error', fail);
        server.on('error', ignore);
        done({ close: () => closed(server) });
      },
    );
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => {
      done();
    });
  });
}

/** A peer that resets its connection is no concern of ours, and 'close' follows every error. */
function ignore(): void {
  // Without a listener the error would end the program.
}
