import type { Probe } from './probe.ts';
import { tcpConnect } from './tcp-connect.ts';

/**
 * Connects and closes at once, with a reset as nmap's connect scan does: the listener is rid of us without having to
 * read anything (Viz World's configuration port locks the server while somebody is connected), and no port of ours
 * is left in TIME_WAIT.
 */
export const tcpProbe: Probe = (target, deadline, context) =>
  new Promise((settle) => {
    tcpConnect(target, deadline, context, settle, (socket, rttMs) => {
      socket.resetAndDestroy();
      settle({ kind: 'open', reason: 'syn-ack', rttMs, evidence: 'connection accepted' });
    });
  });
