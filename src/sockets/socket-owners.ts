import type { StandInProgram } from './socket-table.ts';
import type { System } from '../system/system.ts';

export interface SocketOwner {
  readonly pid: number;
  readonly process: string | null;
}

/**
 * Which process holds each of the sockets, by inode, as far as /proc shows it to this user (proc_pid_fd(5): other users'
 * descriptors need ptrace rights). Newest processes first, stopping when all are found: our own demo and a server
 * started lately cost next to nothing, and of parent and child that share a socket one is named.
 */
export async function findOwners(
  system: System,
  inodes: ReadonlySet<string>,
): Promise<ReadonlyMap<string, SocketOwner>> {
  const owners = new Map<string, SocketOwner>();
  const wanted = new Map([...inodes].map((inode) => [`socket:[${inode}]`, inode]));
  if (wanted.size === 0) return owners;
  const pids = (await system.listFolder('/proc').catch(() => [])).map(Number).filter(Number.isInteger);
  for (const pid of pids.sort((a, b) => b - a)) {
    const held = await inodesOf(system, pid, wanted);
    if (held.length === 0) continue;
    const owner = { pid, process: await programOf(system, pid) };
    for (const inode of held) if (!owners.has(inode)) owners.set(inode, owner);
    if (owners.size === wanted.size) break;
  }
  return owners;
}

async function inodesOf(
  system: System,
  pid: number,
  wanted: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  const links = await system.readLinks(`/proc/${pid}/fd`).catch(() => null);
  return links === null ? [] : [...links.values()].flatMap((target) => wanted.get(target) ?? []);
}

/** The file it runs (of Node running `vwaudit listen`, that); where that is not shown, the name the process gave itself, cut to 15 characters by the kernel. */
async function programOf(system: System, pid: number): Promise<string | null> {
  const links = await system.readLinks(`/proc/${pid}`).catch(() => null);
  const file = links?.get('exe')?.replace(/ \(deleted\)$/, '');
  if (await isStandIn(system, pid)) return STAND_IN;
  if (file !== undefined) return file.slice(file.lastIndexOf('/') + 1);
  const name = await system.readText(`/proc/${pid}/comm`).catch(() => '');
  return name === '' ? null : name.replace(/\n$/, '');
}

const STAND_IN: StandInProgram = 'vwaudit listen';

/** `node [OPTIONS] …/vwaudit listen …`, or the file that `vwaudit` is a link to. */
async function isStandIn(system: System, pid: number): Promise<boolean> {
  const line = await system.readText(`/proc/${pid}/cmdline`).catch(() => '');
  const words = line.split('\0');
  return words.some(
    (word, index) => /(?:^|\/)(?:vwaudit|run\.js)$/.test(word) && words[index + 1] === 'listen',
  );
}
