import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { parseAddress } from '../../../src/net/address.ts';
import { flowsFrom } from '../../../src/ports/flows.ts';
import { THIS_MACHINE } from '../../../src/deployment/site.ts';
import type { Listener } from '../../../src/sockets/socket-table.ts';
import { nodeSystem } from '../../../src/system/node-system.ts';
import { askElsewhere, localView } from '../../../src/usecases/check/own-machine.ts';
import { host, siteOf } from '../../ports/site.ts';

test.each([
  ['127.0.0.2', 'udp4'],
  ['::1', 'udp6'],
] as const)('a silent UDP listener on %s alone is found from 127.0.0.1', async (bound, type) => {
  const socket = createSocket(type).bind(0, bound);
  await once(socket, 'listening');
  const { port } = socket.address();
  try {
    const site = siteOf([{ ...host('maps', 1, true, ['127.0.0.1']), key: THIS_MACHINE }]);
    const { flows } = flowsFrom({ vantage: 'all', sourceTo: () => null, isOwn: () => true }, site);
    const flow = flows.find(({ endpoint }) => endpoint.id === 'allocator.udp')!;
    const asked = { ...flow, endpoint: { ...flow.endpoint, port } };
    const address = parseAddress(bound, 'test');
    const at = { transport: 'udp', port, address, family: address.family } as const;
    const listener: Listener = { ...at, servesBoth: false, pid: 1, process: 'viz' };
    const table = { source: 'proc', listeners: [listener], isComplete: true, gaps: [] };
    const sockets = { table, isOwn: () => true };
    const closed = { state: 'closed', reason: 'port-unreach', rttMs: 0.1 } as const;
    const refused = { ...closed, errno: 'ECONNREFUSED', evidence: [] };
    const options = { timeoutMs: 100, retries: 0 };
    const [found] = await askElsewhere([{ asked, observation: refused }], sockets, options, nodeSystem);
    expect(found?.asked.address).toEqual(address);
    expect(found?.observation.state).toBe('open|filtered');
    expect(
      localView(found!.asked, sockets, site, { isDemo: false, families: null, own: [] })?.covering,
    ).toEqual([listener]);
  } finally {
    socket.close();
  }
});
