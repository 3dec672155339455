import { watchAftermath } from './aftermath.ts';
import { Dialer } from './dialer.ts';
import type { Probe } from './probe.ts';

/**
 * Connects, watches what follows, and closes the way every client does: a reset could overtake accept(2) on the
 * listener, which then can't say who it was (`vwaudit listen`), or fails on Windows (WSAECONNRESET) and may take a careless
 * server with it. Viz World's configuration port, which locks the server while somebody is connected, is closed at once. In a
 * sweep a reset it is, as in nmap's connect scan: that is faster, and no port of ours is left in TIME_WAIT.
 */
export const tcpProbe: Probe = (target, deadline, { system, host, sweepDialers, greetingMs }, settle) => {
  const dialer = sweepDialers?.take() ?? new Dialer(system);
  dialer.dial(host, target.port, deadline, settle, (rttMs) => {
    if (sweepDialers === null) {
      watchAftermath(dialer.socket, target, rttMs, greetingMs, deadline, settle);
      return;
    }
    dialer.socket.resetAndDestroy();
    settle({ kind: 'open', reason: 'syn-ack', rttMs, evidence: 'connection accepted' });
  });
};
