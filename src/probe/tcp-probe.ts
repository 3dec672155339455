import type { Probe } from './probe.ts';
import { tcpConnect } from './tcp-connect.ts';

/**
 * Connects and closes at once (Viz World's configuration port locks the server while somebody is connected), the way
 * every client does: a reset could overtake accept(2) on the listener, which then can't say who it was (`vwaudit
 * listen`), or fails on Windows (WSAECONNRESET) and may take a careless server with it. In bulk a reset it is, as in
 * nmap's connect scan: that is faster, and no port of ours is left in TIME_WAIT.
 */
export const tcpProbe: Probe = (target, deadline, context) =>
  new Promise((settle) => {
    tcpConnect(target, deadline, context, settle, (socket, rttMs) => {
      if (context.isBulk) socket.resetAndDestroy();
      else socket.destroy();
      settle({ kind: 'open', reason: 'syn-ack', rttMs, evidence: 'connection accepted' });
    });
  });
