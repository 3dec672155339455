import { Dialer } from './dialer.ts';
import type { Probe } from './probe.ts';

/**
 * Connects and closes at once (Viz World's configuration port locks the server while somebody is connected), the way
 * every client does: a reset could overtake accept(2) on the listener, which then can't say who it was (`vwaudit
 * listen`), or fails on Windows (WSAECONNRESET) and may take a careless server with it. In a sweep a reset it is, as in
 * nmap's connect scan: that is faster, and no port of ours is left in TIME_WAIT.
 */
export const tcpProbe: Probe = ({ port }, deadline, { system, host, sweepDialers }, settle) => {
  const dialer = sweepDialers?.take() ?? new Dialer(system);
  dialer.dial(host, port, deadline, settle, (rttMs) => {
    if (sweepDialers === null) dialer.socket.destroy();
    else dialer.socket.resetAndDestroy();
    settle({ kind: 'open', reason: 'syn-ack', rttMs, evidence: 'connection accepted' });
  });
};
