import { compareBindings, tryParseBinding, type Binding } from './binding.ts';
import { unreadTable, type Listener, type SocketSource, type SocketTable } from './socket-table.ts';
import type library from 'node-netstat';
import { MAX_PORT } from '../net/port-range.ts';
import type { ProcessResult } from '../system/system.ts';

/**
 * The `node-netstat` library, used for its parsers alone. Left to itself (1.9.0) it reads a failed or missing netstat as "no
 * listeners" and calls back twice, cuts IPv6 addresses on Linux, lists no listeners at all on macOS, reports IPv4-mapped and
 * IPv6 wildcards alike, and drops rows of localised Windows. So netstat is run here, each line is mended into the form the
 * parser gets right, and a socket line that still gives no trustworthy row is counted: then the table is incomplete.
 */
export const readNodeNetstat: SocketSource = async (system, ports) => {
  const dialect = dialectOf(system.platform);
  if (dialect === undefined)
    return unreadTable(SOURCE, `netstat's output on ${system.platform} is not known to node-netstat`);
  const result = await system.run(dialect.command, dialect.args, { timeoutMs: 10_000 });
  if (result.error !== null || result.exitCode !== 0)
    return unreadTable(SOURCE, describeFailure(dialect, result));
  const { parsers } = (await import('node-netstat')).default;
  const rows = result.stdout
    .split(/\r?\n/)
    .filter((line) => /^\s*(?:tcp|udp)/i.test(line))
    .map((line) => readRow(dialect.mend(line), parsers[dialect.parser], dialect));
  return tableOf(rows, dialect, ports);
};

const SOURCE = 'node-netstat';

/** How netstat is asked on a system, and what of its answer can be trusted. */
interface Dialect {
  readonly parser: library.Platforms;
  readonly command: string;
  readonly args: readonly string[];
  /** Rewrites a line into what the library's parser gets right. */
  mend(line: string): string;
  /** Whether the process id means what it says. */
  readonly hasPids: boolean;
  /** Says why even a flawless answer is no proof of absence; null where it is one. */
  readonly doubt: string | null;
}

function dialectOf(platform: NodeJS.Platform): Dialect | undefined {
  switch (platform) {
    case 'linux':
      return {
        parser: 'linux',
        command: 'netstat',
        // -W: whole IPv6 addresses. No -p: it walks all of /proc for what the `proc` source knows better.
        args: ['-a', '-n', '-t', '-u', '-W'],
        mend: (line) => line,
        hasPids: false,
        doubt: null,
      };
    case 'win32':
      return {
        parser: 'win32',
        command: 'netstat.exe',
        args: ['-a', '-n', '-o'],
        // A state of several words ("A L'ECOUTE", French) would make the library drop the row.
        mend: (line) =>
          line.replace(/^(\s*TCP\s+\S+\s+\S+\s+)(.*\S)(\s+\d+\s*)$/, (_, start: string, state: string, end) =>
            [start, state.replace(/\s+/g, '_'), end].join(''),
          ),
        hasPids: true,
        doubt: null,
      };
    case 'darwin':
      return {
        parser: 'darwin',
        command: 'netstat',
        // -v: without its columns the parser throws. -l, -W: whole IPv6 addresses.
        args: ['-a', '-n', '-v', '-l', '-W'],
        // "::1.5432" and "*.3000" to "[::1]:5432" and "*:3000".
        mend: (line) =>
          line.replace(/(\S+)\.(\d+|\*)(?=\s|$)/g, (_, address: string, port: string) =>
            address === '*' ? `*:${port}` : `[${address}]:${port}`,
          ),
        hasPids: false,
        doubt:
          "macOS's netstat shows no process ids we trust, and its columns differ from release to release",
      };
    default:
      return undefined;
  }
}

/** A listener, `other` for a socket of another kind, `untrusted` for a line that gives neither for sure. */
type Row = Listener | 'other' | 'untrusted';

function readRow(line: string, parse: library.Parser, dialect: Dialect): Row {
  const row = firstRow(line, parse);
  // The library's address is null for either wildcard and for IPv4-mapped ones; the line still tells them apart.
  const [protocol = '', ...columns] = line.trim().split(/\s+/);
  const local = columns.find((column) => column.includes(':')) ?? '';
  const [, host = '', portText] = /^(.*):(\d+|\*)$/.exec(local) ?? [];
  if (row === undefined || portText === undefined) return 'untrusted';
  if (portText === '*' || !isListener(row)) return 'other';
  const isSix = protocol.endsWith('6');
  const binding: Binding | undefined =
    host === '*' ? { family: isSix ? 6 : 4, address: null } : tryParseBinding(host);
  const port = Number(portText);
  if (binding === undefined || row.local.port !== port || port > MAX_PORT) return 'untrusted';
  const isWildcardSix = binding.family === 6 && binding.address === null;
  return {
    ...binding,
    transport: row.protocol.startsWith('tcp') ? 'tcp' : 'udp',
    port,
    // Only macOS says so: tcp46.
    servesBoth: isWildcardSix && !protocol.endsWith('46') ? null : isWildcardSix,
    pid: dialect.hasPids && row.pid > 0 ? row.pid : null,
    process: null,
  };
}

function firstRow(line: string, parse: library.Parser): library.ParsedItem | undefined {
  const rows: library.ParsedItem[] = [];
  try {
    parse(line, (row) => {
      rows.push(row);
    });
  } catch {
    return undefined; // It throws on a line with fewer columns than it expects.
  }
  return rows[0];
}

/** No peer (`*`, on Windows port 0): unlike the state's name that is the same in every language. macOS also lists closed ones. */
function isListener({ remote, state }: library.ParsedItem): boolean {
  const hasPeer = remote.port !== null && remote.port > 0;
  return !hasPeer && state !== 'CLOSED';
}

function tableOf(rows: readonly Row[], dialect: Dialect, ports: ReadonlySet<number>): SocketTable {
  const listeners = rows.filter((row) => typeof row === 'object');
  const untrusted = rows.filter((row) => row === 'untrusted').length;
  const gaps = [
    ...(rows.length === 0 ? [`${dialect.command} listed no sockets at all`] : []),
    ...(untrusted > 0 ? [`${dialect.command}: ${untrusted} lines could not be read for sure`] : []),
    ...(dialect.doubt === null ? [] : [dialect.doubt]),
  ];
  return {
    source: SOURCE,
    listeners: listeners.filter(({ port }) => ports.has(port)).sort(compareBindings),
    isComplete: gaps.length === 0,
    gaps,
  };
}

function describeFailure({ command }: Dialect, { error, exitCode, stderr }: ProcessResult): string {
  if (error === 'ENOENT') return `${command} is not installed`;
  const [reason = ''] = stderr.trim().split('\n');
  return `${command} failed (${error ?? `exit ${exitCode}`}${reason === '' ? '' : `: ${reason}`})`;
}
