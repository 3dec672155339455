import type { Socket } from 'node:net';
import type { System } from '../../system/system.ts';

/** How many connections may be open at a time, and for how long each. */
export interface ConnectionLimits {
  readonly total: number;
  readonly perSource: number;
  readonly lifeMs: number;
}

/** The open connections of all ports. Every one ends by itself, by its age, or because newer ones need the room. */
export interface Connections {
  add(socket: Socket): void;
  closeAll(): void;
}

/**
 * At a limit the oldest connection makes room, rather than the newest being turned away: a probe is done within
 * milliseconds, while what hangs about is not one. So however many idle connections somebody holds, probes are answered.
 */
export function createConnections(limits: ConnectionLimits, system: System): Connections {
  // Both in the order of arrival. Nothing here outlives its connection, so no stream of sources can make it grow.
  const open = new Map<Socket, { readonly source: string; readonly addedMs: number }>();
  const bySource = new Map<string, Set<Socket>>();
  let timer: NodeJS.Timeout | undefined;

  const forget = (socket: Socket): void => {
    const source = open.get(socket)?.source;
    if (source === undefined) return;
    open.delete(socket);
    const siblings = bySource.get(source);
    siblings?.delete(socket);
    if (siblings?.size === 0) bySource.delete(source);
    if (open.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
  const drop = (socket: Socket | undefined): void => {
    if (socket === undefined) return;
    forget(socket);
    socket.resetAndDestroy();
  };
  const dropAged = (): void => {
    const bornBeforeMs = system.monotonicMs() - limits.lifeMs;
    for (const [socket, { addedMs }] of open) {
      if (addedMs > bornBeforeMs) break;
      drop(socket);
    }
  };

  return {
    add(socket) {
      const source = socket.remoteAddress ?? '';
      const siblings = bySource.get(source) ?? new Set();
      if (siblings.size >= limits.perSource) drop(first(siblings));
      else if (open.size >= limits.total) drop(first(open.keys()));
      open.set(socket, { source, addedMs: system.monotonicMs() });
      bySource.set(source, (bySource.get(source) ?? new Set()).add(socket));
      socket.once('close', () => {
        forget(socket);
      });
      timer ??= setInterval(dropAged, limits.lifeMs / 4);
    },
    closeAll() {
      for (const socket of [...open.keys()]) drop(socket);
    },
  };
}

function first(sockets: Iterable<Socket>): Socket | undefined {
  for (const socket of sockets) return socket;
  return undefined;
}
