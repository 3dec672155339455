import type { Endpoint } from '../../ports/endpoint.ts';
import { readSocketTable } from '../../sockets/read-socket-table.ts';
import type { System } from '../../system/system.ts';

/**
 * Ports (`tcp/102`) of these that another program holds, where the system might nevertheless let us bind beside it and take its
 * traffic: Windows without SO_EXCLUSIVEADDRUSE, BSDs and macOS with SO_REUSEADDR, neither of which Node lets us choose. Linux
 * refuses such a bind by itself.
 */
export async function takenPorts(
  endpoints: readonly Endpoint[],
  system: System,
): Promise<ReadonlySet<string>> {
  if (system.platform === 'linux') return new Set();
  const { listeners } = await readSocketTable(
    system,
    endpoints.map(({ port }) => port),
  );
  return new Set(listeners.map(({ transport, port }) => `${transport}/${port}`));
}
