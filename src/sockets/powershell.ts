import { compareBindings, tryParseBinding } from './binding.ts';
import { unreadTable, type Listener, type SocketSource, type SocketTable } from './socket-table.ts';
import type { Transport } from '../net/port-range.ts';

/**
 * Windows: `Get-NetTCPConnection -State Listen` and `Get-NetUDPEndpoint`, which list every socket to any user, as JSON, so
 * that no word of the answer depends on the system's language. A listener served by http.sys belongs to process 4, System.
 * Windows does not say whether a UDP endpoint is connected to one peer: such a one counts as a listener.
 */
export const readPowershell: SocketSource = async (system, ports) => {
  const args = ['-NoProfile', '-NonInteractive', '-Command', POWERSHELL_SCRIPT];
  const { exitCode, stdout, stderr, error } = await system.run('powershell.exe', args, { timeoutMs: 30_000 });
  if (error !== null || exitCode !== 0) {
    const [reason = ''] = stderr.trim().split(/\r?\n/);
    return unreadTable(
      SOURCE,
      `PowerShell failed (${error ?? `exit ${exitCode}`}${reason && `: ${reason}`})`,
    );
  }
  const answer = parseJson(stdout);
  if (!isRecord(answer)) return unreadTable(SOURCE, 'PowerShell gave no JSON object');
  return tableOf(answer, ports);
};

const SOURCE = 'powershell';

/**
 * No double quotes: they would have to survive the command line. Setting the encoding is refused in constrained language
 * mode, where program names outside ASCII may then be garbled; every other failure ends the script with exit code 1.
 */
export const POWERSHELL_SCRIPT = [
  "$ErrorActionPreference = 'Stop'",
  'try { [Console]::OutputEncoding = New-Object Text.UTF8Encoding $false } catch { }',
  "$tcp = @(Get-NetTCPConnection -State Listen | Select-Object -Property 'LocalAddress','LocalPort','OwningProcess')",
  "$udp = @(Get-NetUDPEndpoint | Select-Object -Property 'LocalAddress','LocalPort','OwningProcess')",
  "$processes = @(Get-Process | Select-Object -Property 'Id','ProcessName')",
  '@{ tcp = $tcp; udp = $udp; processes = $processes } | ConvertTo-Json -Compress -Depth 3',
].join('; ');

function tableOf(answer: Readonly<Record<string, unknown>>, ports: ReadonlySet<number>): SocketTable {
  const names = new Map(
    listOf(answer.processes).flatMap((process): [number, string][] =>
      isRecord(process) && typeof process.Id === 'number' && typeof process.ProcessName === 'string'
        ? [[process.Id, process.ProcessName]]
        : [],
    ),
  );
  const tcp = listOf(answer.tcp).map((row) => readRow(row, 'tcp', names));
  const udp = listOf(answer.udp).map((row) => readRow(row, 'udp', names));
  const rows = [...tcp, ...udp];
  const listeners = rows.filter((row) => row !== undefined);
  const gaps = [
    // Every Windows machine listens on TCP 135.
    ...(tcp.length === 0 ? ['PowerShell listed no TCP listeners at all'] : []),
    ...(listeners.length < rows.length
      ? [`PowerShell: ${rows.length - listeners.length} sockets were not understood`]
      : []),
  ];
  return {
    source: SOURCE,
    listeners: listeners.filter(({ port }) => ports.has(port)).sort(compareBindings),
    isComplete: gaps.length === 0,
    gaps,
  };
}

function readRow(
  row: unknown,
  transport: Transport,
  names: ReadonlyMap<number, string>,
): Listener | undefined {
  if (!isRecord(row) || typeof row.LocalAddress !== 'string' || typeof row.LocalPort !== 'number')
    return undefined;
  const binding = tryParseBinding(row.LocalAddress);
  if (binding === undefined) return undefined;
  const pid = typeof row.OwningProcess === 'number' && row.OwningProcess > 0 ? row.OwningProcess : null;
  return {
    ...binding,
    transport,
    port: row.LocalPort,
    // Where a socket serves both families, Windows lists it once more with 0.0.0.0.
    servesBoth: binding.family === 6 && binding.address === null ? null : false,
    pid,
    process: pid === null ? null : (names.get(pid) ?? null),
  };
}

/** ConvertTo-Json writes one object instead of a list of one, and 5.1 sometimes `{"value": […], "Count": n}`. */
function listOf(value: unknown): readonly unknown[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value;
  return isRecord(value) && Array.isArray(value.value) && 'Count' in value ? value.value : [value];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
