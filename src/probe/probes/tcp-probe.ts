import { watchAftermath } from './aftermath.ts';
import { dial } from './dial.ts';
import type { Probe } from './probe.ts';

/**
 * Connects, watches what follows, and closes the way every client does: a reset could overtake accept(2) on the
 * listener, which then can't say who it was (`vwaudit listen`), or fails on Windows (WSAECONNRESET) and may take a careless
 * server with it. Viz World's configuration port, which locks the server while somebody is connected, is closed at once.
 */
export const tcpProbe: Probe = (target, deadline, { system, host, greetingMs }, settle) => {
  dial(system, host, target.port, deadline, settle, (socket, rttMs) => {
    watchAftermath(socket, target, rttMs, greetingMs, deadline, settle);
  });
};
