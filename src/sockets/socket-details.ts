import type { System } from '../system/system.ts';

/** What /proc does not show of a socket. */
export interface SocketDetails {
  /** An IPv6 socket refuses IPv4 (IPV6_V6ONLY); null of any other. */
  readonly isV6Only: boolean | null;
  /** The interface it is bound to (SO_BINDTODEVICE), which packets have to come in by; null: any. */
  readonly device: string | null;
}

/** Of each listener by its inode. This asks `ss` (iproute2), which asks the kernel; empty where there is no `ss`. */
export async function readSocketDetails(system: System): Promise<ReadonlyMap<string, SocketDetails>> {
  const { exitCode, stdout } = await system.run('ss', ['-H', '-l', '-t', '-u', '-n', '-e'], {
    timeoutMs: 5_000,
  });
  return exitCode === 0 ? parseSocketDetails(stdout) : new Map();
}

/** One socket a line: `tcp LISTEN 0 511 [::]%lo:10100 [::]:* ino:32500 sk:1003 cgroup:/ v6only:1 <->`. */
export function parseSocketDetails(text: string): ReadonlyMap<string, SocketDetails> {
  return new Map(
    text.split('\n').flatMap((line) => {
      const [, , , , local = ''] = line.split(/\s+/);
      const inode = / ino:(\d+) /.exec(line)?.[1];
      const flag = /\bv6only:([01])\b/.exec(line)?.[1];
      const isV6Only = flag === undefined ? null : flag === '1';
      return inode === undefined ? [] : [[inode, { isV6Only, device: deviceOf(local) }] as const];
    }),
  );
}

/** Of an address and port as `ss` prints them: `*%lo:102`; null where no interface stands there. */
export function deviceOf(local: string): string | null {
  return /%([^%\]]+):[^:]*$/.exec(local)?.[1] ?? null;
}
