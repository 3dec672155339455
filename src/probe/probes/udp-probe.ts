import type { Probe, ProbeResult } from './probe.ts';
import { decodeDatagram } from './wire.ts';

/**
 * One datagram from a connected socket: only those hear ICMP errors. Silence proves nothing, so any answer counts as
 * open, and the evidence says whether it carried our nonce.
 */
export const udpProbe: Probe = ({ address, port }, deadline, { system, host, datagram }, settle) => {
  const socket = system.udpSocket(address.family);
  const startedAt = system.monotonicMs();
  let isClosed = false;
  const end = (result: ProbeResult): void => {
    if (!isClosed) socket.close();
    isClosed = true;
    settle(result);
  };
  const fail = (error: NodeJS.ErrnoException, isLocal: boolean): void => {
    const errno = error.code ?? error.name;
    end({ kind: 'errno', errno, isLocal, rttMs: system.monotonicMs() - startedAt });
  };
  socket.on('message', (message) => {
    const rttMs = system.monotonicMs() - startedAt;
    const { evidence, isStandIn = false, isReflected = false } = describe(message, datagram);
    end({
      kind: 'open',
      reason: 'udp-response',
      rttMs,
      evidence,
      ...(isStandIn && { standIn: 'this-port' }),
      ...(isReflected && { isReflected }),
    });
  });
  // What an ICMP message said, unless already bind(2) failed.
  socket.on('error', (error: NodeJS.ErrnoException) => {
    fail(error, error.syscall === 'bind');
  });
  deadline.onOver(() => {
    end({ kind: 'silence' });
  });
  socket.connect(port, host, (failure?: NodeJS.ErrnoException) => {
    if (isClosed) return;
    if (failure) {
      fail(failure, true);
      return;
    }
    socket.send(datagram, (error) => {
      // The first datagram of a fresh socket: no earlier ICMP error can be pending, so this is send(2)'s own.
      if (error !== null) fail(error, true);
    });
  });
};

/** Only `vwaudit listen` replies to a probe's nonce. */
function describe(answer: Uint8Array, question: Uint8Array): Description {
  if (
    question.length > 0 &&
    question.length === answer.length &&
    question.every((byte, index) => byte === answer[index])
  )
    return { evidence: 'our own datagram came back', isReflected: true };
  const [asked, answered] = [decodeDatagram(question), decodeDatagram(answer)];
  if (asked === undefined || answered === undefined)
    return { evidence: `answered with ${answer.length} bytes` };
  const isOurs = asked.nonce.every((byte, index) => byte === answered.nonce[index]);
  if (!isOurs) return { evidence: 'answered with a nonce that is not ours' };
  if (answered.kind === 'request') return { evidence: 'our own datagram came back', isReflected: true };
  return { evidence: 'our nonce came back in a reply', isStandIn: true };
}

interface Description {
  readonly evidence: string;
  readonly isStandIn?: true;
  readonly isReflected?: true;
}
