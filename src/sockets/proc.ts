import { errnoOf } from '../errno.ts';
import { compareBindings, formatPorts, type Binding } from './binding.ts';
import { parseProcNet, type ProcSocket } from './proc-net.ts';
import { findOwners } from './socket-owners.ts';
import { unreadTable, type Listener, type SocketSource } from './socket-table.ts';
import { readSocketDetails, type SocketDetails } from './socket-details.ts';
import type { System } from '../system/system.ts';

const FILES = [
  { file: '/proc/net/tcp', transport: 'tcp', family: 4 },
  { file: '/proc/net/tcp6', transport: 'tcp', family: 6 },
  { file: '/proc/net/udp', transport: 'udp', family: 4 },
  { file: '/proc/net/udp6', transport: 'udp', family: 6 },
] as const;

/**
 * Linux: the kernel's own tables, every socket of this network namespace whoever owns it; process ids as far as /proc
 * shows them to this user.
 */
export const readProc: SocketSource = async (system, ports) => {
  const tables = await Promise.all(FILES.map((table) => readTable(system, table)));
  const failures = tables.flatMap(({ failure }) => failure ?? []);
  const sockets = tables.flatMap((table) => table.sockets).filter(({ port }) => ports.has(port));
  if (failures.length === FILES.length) return unreadTable('proc', failures.join('; '));
  const listeners = await identify(system, sockets);
  return {
    source: 'proc',
    listeners,
    isComplete: failures.length === 0,
    gaps: [...failures, ...ownerGap(listeners)],
  };
};

interface Table {
  readonly sockets: readonly ProcSocket[];
  readonly failure: string | null;
}

async function readTable(
  system: System,
  { file, transport, family }: (typeof FILES)[number],
): Promise<Table> {
  try {
    const { sockets, unreadable } = parseProcNet(await system.readText(file), transport, family);
    const failure = unreadable > 0 ? `${file}: ${unreadable} lines were not understood` : null;
    return { sockets, failure };
  } catch (error) {
    const code = errnoOf(error) ?? String(error);
    // A kernel without IPv6 has no such file: then there are no such sockets either.
    if (code === 'ENOENT' && family === 6) return { sockets: [], failure: null };
    return { sockets: [], failure: `${file} can't be read (${code})` };
  }
}

async function identify(system: System, sockets: readonly ProcSocket[]): Promise<readonly Listener[]> {
  const [owners, details] = await Promise.all([
    findOwners(system, new Set(sockets.map(({ inode }) => inode).filter((inode) => inode !== '0'))),
    sockets.length > 0 ? readSocketDetails(system) : new Map<string, SocketDetails>(),
  ]);
  return sockets
    .map(({ inode, ...socket }) => ({
      ...socket,
      servesBoth: servesBoth(socket, details.get(inode)?.isV6Only ?? null),
      ...(details.has(inode) && { device: details.get(inode)?.device ?? null }),
      pid: owners.get(inode)?.pid ?? null,
      process: owners.get(inode)?.process ?? null,
    }))
    .sort(compareBindings);
}

function servesBoth({ family, address }: Binding, isV6Only: boolean | null): boolean | null {
  if (family === 4 || address !== null) return false;
  return isV6Only === null ? null : !isV6Only;
}

function ownerGap(listeners: readonly Listener[]): readonly string[] {
  const hidden = listeners.filter(({ pid }) => pid === null);
  if (hidden.length === 0) return [];
  return [`the processes behind ${formatPorts(hidden)} are not shown to this user; root sees more`];
}
