import { formatAddress } from '../../net/address.ts';
import { decodeDatagram, encodeDatagram, formatNonce } from '../../probe/probes/wire.ts';
import type { StandIn } from './stand-in.ts';

/**
 * Answers a probe's request with its nonce, and nothing else ever: not a reply (two stand-ins would talk for ever), not what
 * lacks the magic. The reply is as long as the request, so a forged source gets no more than the forger sent.
 */
export const udpStandIn: StandIn = ({ endpoint, address }, { system, counter }) =>
  new Promise((done, fail) => {
    const socket = system.udpSocket(address.family);
    let isOpen = true;
    const close = (): Promise<void> =>
      new Promise((closed) => {
        isOpen = false;
        socket.close(() => {
          closed();
        });
      });
    socket.on('message', (message, source) => {
      const probe = decodeDatagram(message);
      const isRequest = probe?.kind === 'request';
      counter.contact(
        { address: source.address, port: source.port },
        isRequest ? formatNonce(probe.nonce) : null,
      );
      // Port 0 can be forged but not answered; and answers that pile up are for somebody who does not wait for them.
      const isAnswered =
        isRequest && isOpen && source.port !== 0 && socket.getSendQueueCount() < MAX_QUEUED_ANSWERS;
      const reply = isAnswered ? encodeDatagram({ kind: 'reply', nonce: probe.nonce }) : null;
      counter.datagram(message.length, reply?.length ?? 0);
      if (reply !== null) socket.send(reply, source.port, source.address, () => undefined);
    });
    socket.once('error', (error) => {
      socket.close();
      fail(error);
    });
    socket.bind({ port: endpoint.port, address: formatAddress(address), exclusive: true }, () => {
      socket.removeAllListeners('error');
      // Windows reports a peer's ICMP error here: it says nothing about our own port.
      socket.on('error', () => undefined);
      done({ close });
    });
  });

const MAX_QUEUED_ANSWERS = 256;
