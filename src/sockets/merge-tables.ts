import { compareBindings, formatBinding } from './binding.ts';
import type { Listener, SocketTable } from './socket-table.ts';

/**
 * What two sources know together: every listener either saw, with what the other adds about its owner. Where one claims to
 * have seen everything and yet lacks a listener of the other's, neither is believed: incomplete, and the gap names it.
 */
export function mergeTables(first: SocketTable, second: SocketTable): SocketTable {
  if (second.listeners.length === 0 && !second.isComplete && first.isComplete) return first;
  const [inFirst, inSecond] = [byBinding(first), byBinding(second)];
  const disputes = [
    ...(first.isComplete ? missing(inSecond, inFirst, second.source, first.source) : []),
    ...(second.isComplete ? missing(inFirst, inSecond, first.source, second.source) : []),
  ];
  const added = second.listeners.filter((listener) => !inFirst.has(formatBinding(listener)));
  const filled = first.listeners.map((listener) => fill(listener, inSecond.get(formatBinding(listener))));
  return {
    source: `${first.source}+${second.source}`,
    listeners: [...filled, ...added].sort(compareBindings),
    isComplete: (first.isComplete || second.isComplete) && disputes.length === 0,
    gaps: [...first.gaps, ...second.gaps, ...disputes],
  };
}

type ByBinding = ReadonlyMap<string, readonly Listener[]>;

function byBinding({ listeners }: SocketTable): ByBinding {
  const groups = new Map<string, Listener[]>();
  for (const listener of listeners) {
    const key = formatBinding(listener);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [listener]);
    else group.push(listener);
  }
  return groups;
}

function missing(seen: ByBinding, by: ByBinding, seer: string, blind: string): readonly string[] {
  return [...seen.keys()]
    .filter((key) => !by.has(key))
    .map((key) => `${seer} sees a listener, ${key}, that ${blind} does not`);
}

/** Only from the one listener it can be: sockets that share a port may belong to different processes. */
function fill(listener: Listener, others: readonly Listener[] = []): Listener {
  const [other, ...more] = others;
  if (other === undefined || more.length > 0) return listener;
  return {
    ...listener,
    servesBoth: listener.servesBoth ?? other.servesBoth,
    pid: listener.pid ?? other.pid,
    process: listener.process ?? other.process,
  };
}
