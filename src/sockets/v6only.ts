import type { System } from '../system/system.ts';

/**
 * Whether IPv6 sockets refuse IPv4 (IPV6_V6ONLY), by inode. /proc does not show it, so this asks `ss` (iproute2), which asks
 * the kernel; empty where there is no `ss`.
 */
export async function readV6Only(system: System): Promise<ReadonlyMap<string, boolean>> {
  const { exitCode, stdout } = await system.run('ss', ['-H', '-6', '-l', '-t', '-u', '-n', '-e'], {
    timeoutMs: 5_000,
  });
  return exitCode === 0 ? parseV6Only(stdout) : new Map();
}

/** One socket a line: `tcp LISTEN 0 511 [::]:10100 [::]:* ino:32500 sk:1003 cgroup:/ v6only:1 <->`. */
export function parseV6Only(text: string): ReadonlyMap<string, boolean> {
  return new Map(
    [...text.matchAll(/ ino:(\d+) .*?\bv6only:([01])\b/g)].map(([, inode = '', flag]) => [
      inode,
      flag === '1',
    ]),
  );
}
