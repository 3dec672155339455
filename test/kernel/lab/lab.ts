import { execFileSync, spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';

export interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A machine of the test: a network namespace of its own. */
export interface LabHost {
  readonly name: string;
  /** Runs a program in the namespace; never throws for its exit status. */
  run(
    command: readonly string[],
    options?: { readonly input?: string; readonly env?: NodeJS.ProcessEnv },
  ): Result;
  /** As `run`, but a non-zero status throws with everything the program said. */
  must(
    command: readonly string[],
    options?: { readonly input?: string; readonly env?: NodeJS.ProcessEnv },
  ): string;
  /** Starts a program in the namespace that goes on; end it with `kill()` on the result. */
  spawn(
    command: readonly string[],
    options?: { readonly env?: NodeJS.ProcessEnv },
  ): ChildProcessWithoutNullStreams;
}

export interface Lab {
  host(name: string): LabHost;
  /**
   * A cable between two hosts. Addresses are given with prefix length (`10.0.0.1/24`, `fd00::1/64`); IPv6 duplicate address
   * detection is off, so they work at once. The n-th cable's interfaces are `vNa` and `vNb`.
   */
  cable(a: LabHost, aAddresses: readonly string[], b: LabHost, bAddresses: readonly string[]): void;
  /** Removes the namespaces (they would vanish with the test process anyway). */
  close(): void;
}

let labs = 0;

/** A set of hosts that know nothing of this machine or of other labs. */
export function createLab(): Lab {
  const id = `${process.pid}-${(labs += 1)}`;
  const names: string[] = [];

  function host(name: string): LabHost {
    const namespace = `${name}-${id}`;
    ip('netns', 'add', namespace);
    names.push(namespace);
    const inside = (command: readonly string[]) => ['netns', 'exec', namespace, ...command];
    const run: LabHost['run'] = (command, { input, env } = {}) => {
      const { status, stdout, stderr } = spawnSync('ip', inside(command), {
        encoding: 'utf8',
        input: input ?? '',
        env: { ...process.env, ...env },
        maxBuffer: 256 * 1024 * 1024,
      });
      return { status, stdout, stderr };
    };
    const must: LabHost['must'] = (command, options) => {
      const { status, stdout, stderr } = run(command, options);
      if (status !== 0)
        throw new Error(`${command.join(' ')} in ${name}: exit ${status}\n${stdout}${stderr}`);
      return stdout;
    };
    must(['ip', 'link', 'set', 'lo', 'up']);
    // Addresses work at once, on routers too, where `nodad` alone does not do.
    must(['sysctl', '-qw', 'net.ipv6.conf.all.accept_dad=0', 'net.ipv6.conf.default.accept_dad=0']);
    return {
      name: namespace,
      run,
      must,
      spawn: (command, { env } = {}) => spawn('ip', inside(command), { env: { ...process.env, ...env } }),
    };
  }

  let cables = 0;
  function cable(a: LabHost, aAddresses: readonly string[], b: LabHost, bAddresses: readonly string[]): void {
    cables += 1;
    const [aLink, bLink] = [`v${cables}a`, `v${cables}b`];
    ip('link', 'add', aLink, 'netns', a.name, 'type', 'veth', 'peer', 'name', bLink, 'netns', b.name);
    for (const [end, link, addresses] of [
      [a, aLink, aAddresses],
      [b, bLink, bAddresses],
    ] as const) {
      for (const address of addresses) {
        end.must(['ip', 'addr', 'add', address, 'dev', link, ...(address.includes(':') ? ['nodad'] : [])]);
      }
      end.must(['ip', 'link', 'set', link, 'up']);
    }
  }

  function close(): void {
    for (const name of names.splice(0)) spawnSync('ip', ['netns', 'delete', name]);
  }

  return { host, cable, close };
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: 'pipe' });
}
