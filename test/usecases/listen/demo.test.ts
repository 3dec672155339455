import { once } from 'node:events';
import net from 'node:net';
import { expect, test } from 'vitest';
import { InputError } from '../../../src/input-error.ts';
import { endpointsOf } from '../../../src/ports/endpoints.ts';
import type { Host, Site } from '../../../src/deployment/site.ts';
import { readSocketTable } from '../../../src/sockets/read-socket-table.ts';
import { nodeSystem } from '../../../src/system/node-system.ts';
import { startDemo } from '../../../src/usecases/listen/demo.ts';
import { get } from '../../responder/clients.ts';

const host: Host = { key: 'localhost', name: null, addresses: [], instances: 4, allocator: true };

const siteAt = (portOffset: number): Site => ({
  name: null,
  source: 'flags',
  reading: 'auto',
  portOffset,
  hosts: [host],
  peers: { client: null, 'config-tool': null, allocator: null, server: null, web: null },
});

const portsOf = (site: Site) => endpointsOf(host, site).map(({ port }) => port);

test('holds every port at the first offset that is free, and nothing anywhere else', async () => {
  const wanted = siteAt(13_000);
  const { site, responder } = await startDemo(host, wanted, nodeSystem);
  expect(site.portOffset).toBe(13_000);
  expect(responder.held.map(({ endpoint, address }) => [endpoint.id, address.family])).toEqual(
    expect.arrayContaining(endpointsOf(host, site).map(({ id }) => [id, 4])),
  );
  expect(await get('127.0.0.1', 23_301)).toMatch(/^200 /);
  await responder.stop();
  expect((await readSocketTable(nodeSystem, portsOf(site))).listeners).toEqual([]);
});

test('one port in use moves all of them', async () => {
  const wanted = siteAt(13_500);
  const blocker = net.createServer().listen(13_500 + 10_304, '127.0.0.1');
  await once(blocker, 'listening');
  const { site, responder } = await startDemo(host, wanted, nodeSystem);
  blocker.close();
  expect(site.portOffset % 10_000).toBe(0);
  expect(responder.failures).toEqual([]);
  expect((await readSocketTable(nodeSystem, portsOf(wanted))).listeners).toEqual([]);
  await responder.stop();
});

test('no room anywhere is an error that says what to do', async () => {
  const system = {
    ...nodeSystem,
    platform: 'win32' as const,
    run: () => Promise.resolve({ exitCode: 0, stdout: everythingTaken(), stderr: '', error: null }),
  };
  await expect(startDemo(host, siteAt(0), system)).rejects.toThrow(InputError);
  await expect(startDemo(host, siteAt(0), system)).rejects.toThrow(
    /TCP 50102: EADDRINUSE\); give one, for example --port-offset 20000$/,
  );
});

/** As PowerShell would list a machine on which instance 1's client port is in use at every offset. */
function everythingTaken(): string {
  const tcp = [102, 20_102, 30_102, 40_102, 50_102].map((LocalPort) => ({
    LocalAddress: '0.0.0.0',
    LocalPort,
    OwningProcess: 4,
  }));
  return JSON.stringify({ tcp, udp: [], processes: [] });
}
