import { mergeTables } from './merge-tables.ts';
import { readNodeNetstat } from './node-netstat.ts';
import { readPowershell } from './powershell.ts';
import { readProc } from './proc.ts';
import type { SocketTable } from './socket-table.ts';
import type { System } from '../system/system.ts';

/**
 * Who listens on these ports of this machine. Linux: the kernel's tables, cross-checked with netstat where it is installed.
 * Windows: PowerShell, and netstat where that fails. Elsewhere: netstat. Never rejects.
 */
export async function readSocketTable(system: System, ports: Iterable<number>): Promise<SocketTable> {
  const wanted = new Set(ports);
  switch (system.platform) {
    case 'linux':
      return readCrossChecked(system, wanted);
    case 'win32': {
      const table = await readPowershell(system, wanted);
      return table.isComplete ? table : mergeTables(table, await readNodeNetstat(system, wanted));
    }
    default:
      return readNodeNetstat(system, wanted);
  }
}

/** A socket may come or go between the two readings, so only a disagreement that stays is reported. */
async function readCrossChecked(system: System, ports: ReadonlySet<number>): Promise<SocketTable> {
  const once = async (): Promise<SocketTable> => {
    const [proc, netstat] = await Promise.all([readProc(system, ports), readNodeNetstat(system, ports)]);
    return mergeTables(proc, netstat);
  };
  const table = await once();
  return table.isComplete ? table : once();
}
