import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { parseAddress } from '../../src/net/address.ts';
import { LOOPBACK_ADDRESS } from '../../src/net/special-addresses.ts';
import { formatGreeting } from '../../src/probe/probes/greeting.ts';
import { decodeDatagram, encodeDatagram, formatNonce } from '../../src/probe/probes/wire.ts';
import type { ConnectionRecord } from '../../src/responder/stand-ins/connection-record.ts';
import { startResponder, type Responder } from '../../src/responder/responder.ts';
import { readSocketTable } from '../../src/sockets/read-socket-table.ts';
import { nodeSystem } from '../../src/system/node-system.ts';
import { get, readAll, udpClient } from './clients.ts';
import { freePorts, httpEndpoint, tcpEndpoint, udpEndpoint } from './endpoints.ts';

const hasIpv6 = nodeSystem.localAddresses().some(({ family, value }) => family === 6 && value === 1n);
const LOOPBACKS = [LOOPBACK_ADDRESS[4], ...(hasIpv6 ? [LOOPBACK_ADDRESS[6]] : [])];
const HOSTS = ['127.0.0.1', ...(hasIpv6 ? ['::1'] : [])];
const nonce = Uint8Array.from({ length: 16 }, (_, index) => index);
const request = encodeDatagram({ kind: 'request', nonce });

const running: Responder[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((responder) => responder.stop()));
});

async function start(options: Partial<Parameters<typeof startResponder>[1]> = {}) {
  const [tcp, http, udp] = (await freePorts(3)) as [number, number, number];
  const contacts: ConnectionRecord[] = [];
  const responder = await startResponder(
    [tcpEndpoint(tcp), httpEndpoint(http), udpEndpoint(udp)],
    { addresses: LOOPBACKS, onContact: (contact) => contacts.push(contact) > 0, ...options },
    nodeSystem,
  );
  running.push(responder);
  return { responder, contacts, tcp, http, udp };
}

test.each(HOSTS)('every kind of endpoint answers on %s, and each contact is reported', async (host) => {
  const { responder, contacts, tcp, http, udp } = await start();
  expect(responder.failures).toEqual([]);
  expect(responder.held).toHaveLength(3 * LOOPBACKS.length);

  expect(await readAll(host, tcp)).toBe(formatGreeting(tcp));
  expect(await readAll(host, tcp, 'hello?')).toBe(formatGreeting(tcp));
  expect(await get(host, http)).toBe('200 vwaudit stands in for Viz World here.\n');
  const client = await udpClient(host);
  await client.send(request, udp);
  await expect.poll(() => client.received).toHaveLength(1);
  client.close();
  expect(Uint8Array.from(client.received[0]!)).toEqual(encodeDatagram({ kind: 'reply', nonce }));

  expect(contacts.map(({ endpoint, source, nonce: seen }) => [endpoint.id, source?.address, seen])).toEqual([
    ['server-1.client', host, null],
    ['server-1.client', host, null],
    ['server-1.http', host, null],
    ['server-1.udp', host, formatNonce(nonce)],
  ]);
  expect(contacts.at(-1)?.source?.port).toBe(client.port);
});

test.each([
  ['HEAD / HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1.1 200 OK\r\n[^]*\r\n\r\n$/],
  ['POST / HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc', /^HTTP\/1.1 200 OK/],
  ['GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n', /^HTTP\/1.1 200 OK/],
  ['GET / HTTP/1.1\r\n\r\n', /^HTTP\/1.1 400/],
  ['\u0000\u0001\u0002 nonsense\r\n\r\n', /^HTTP\/1.1 400/],
])('HTTP: %j', async (says, answer) => {
  const { http } = await start();
  expect(await readAll('127.0.0.1', http, says)).toMatch(answer);
});

test('datagrams without the magic are never answered, whatever they hold', async () => {
  const { responder, udp } = await start();
  const client = await udpClient('127.0.0.1');
  const mutated = fc
    .tuple(fc.nat(request.length - 1), fc.integer({ min: 1, max: 255 }))
    .filter(([index]) => index < 6)
    .map(([index, change]) => request.map((byte, at) => (at === index ? byte ^ change : byte)));
  const hostile = fc.oneof(
    fc.uint8Array({ maxLength: 1400 }),
    fc.nat(request.length - 1).map((length) => request.slice(0, length)),
    fc
      .integer({ min: 23, max: 9000 })
      .map((length) => Uint8Array.from([...request, ...new Uint8Array(length - 22)])),
    mutated,
    fc.constant(encodeDatagram({ kind: 'reply', nonce })),
  );
  let sent = 0;
  for (const datagram of fc.sample(hostile, 2_000)) {
    await client.send(datagram, udp);
    sent += 1;
  }
  await client.send(request, udp);
  await expect.poll(() => client.received.length).toBeGreaterThan(0);
  await sleep(50);
  client.close();
  expect(client.received.map((bytes) => decodeDatagram(bytes)?.kind)).toEqual(['reply']);
  const counts = responder
    .counts()
    .find((one) => one.endpoint.transport === 'udp' && one.address.family === 4);
  expect(counts).toMatchObject({ contacts: sent + 1, bytesOut: request.length });
});

test('a flood is counted, reported in part, and hides no probe', async () => {
  const { responder, contacts, udp } = await start();
  const client = await udpClient('127.0.0.1');
  for (let index = 0; index < 5_000; index += 1) await client.send(new Uint8Array(8), udp);
  await client.send(request, udp);
  await expect.poll(() => client.received).toHaveLength(1);
  client.close();
  const counts = responder
    .counts()
    .find((one) => one.endpoint.transport === 'udp' && one.address.family === 4)!;
  expect(counts.contacts).toBe(5_001);
  expect(counts.contacts - counts.unreported).toBe(contacts.length);
  expect(contacts.length).toBeLessThan(1_000);
  expect(contacts.at(-1)?.nonce).toBe(formatNonce(nonce));
});

test('connections that hang about make room: probes go on being answered', async () => {
  const descriptorLimit = () => Promise.resolve(100);
  const [http] = (await freePorts(1)) as [number];
  const responder = await startResponder(
    [httpEndpoint(http)],
    { addresses: [LOOPBACK_ADDRESS[4]], onContact: () => true },
    { ...nodeSystem, descriptorLimit },
  );
  running.push(responder);
  const idle = await Promise.all(
    Array.from({ length: 200 }, async () => {
      const socket = net.connect(http, '127.0.0.1').on('error', () => undefined);
      await once(socket, 'connect');
      socket.write('GET / HT');
      return socket;
    }),
  );
  expect(await get('127.0.0.1', http)).toMatch(/^200 /);
  await expect.poll(() => idle.filter((socket) => !socket.destroyed).length).toBeLessThanOrEqual(12);
  // The rest ends by age.
  await expect.poll(() => idle.filter((socket) => !socket.destroyed).length).toBe(0);
});

test('a client that keeps its end open does not keep ours', async () => {
  const { tcp } = await start();
  const socket = net.connect({ port: tcp, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => undefined);
  socket.resume();
  await once(socket, 'end');
  const writing = setInterval(() => socket.write('still here'), 50);
  await new Promise((closed) => socket.once('close', closed));
  clearInterval(writing);
});

test('what can not be held is named, the rest is held', async () => {
  const blocker = net.createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  const { port } = blocker.address() as net.AddressInfo;
  const [free] = (await freePorts(1)) as [number];
  const elsewhere = parseAddress('192.0.2.1', 'test');
  const responder = await startResponder(
    [tcpEndpoint(port), udpEndpoint(free), httpEndpoint(free)],
    { addresses: [LOOPBACK_ADDRESS[4], elsewhere], onContact: () => true },
    nodeSystem,
  );
  running.push(responder);
  blocker.close();
  expect(responder.held).toEqual([
    { endpoint: udpEndpoint(free), address: LOOPBACK_ADDRESS[4] },
    { endpoint: httpEndpoint(free), address: LOOPBACK_ADDRESS[4] },
  ]);
  expect(responder.failures).toEqual([
    { endpoint: tcpEndpoint(port), address: LOOPBACK_ADDRESS[4], errno: 'EADDRINUSE' },
    { endpoint: tcpEndpoint(port), address: elsewhere, errno: 'EADDRNOTAVAIL' },
    { endpoint: udpEndpoint(free), address: elsewhere, errno: 'EADDRNOTAVAIL' },
    { endpoint: httpEndpoint(free), address: elsewhere, errno: 'EADDRNOTAVAIL' },
  ]);
});

test('a port that is taken is left alone, even where a bind would succeed', async () => {
  const [port] = (await freePorts(1)) as [number];
  const responder = await startResponder(
    [tcpEndpoint(port)],
    { addresses: [LOOPBACK_ADDRESS[4]], onContact: () => true, taken: new Set([`tcp/${port}`]) },
    nodeSystem,
  );
  running.push(responder);
  expect(responder.held).toEqual([]);
  expect(responder.failures).toMatchObject([{ errno: 'EADDRINUSE' }]);
});

test('stop leaves no socket, whatever is going on, and may be called again', async () => {
  const { responder, contacts, tcp, http, udp } = await start();
  const sockets = [http, tcp].map((port) => net.connect(port, '127.0.0.1').on('error', () => undefined));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  const client = await udpClient('127.0.0.1');
  for (let index = 0; index < 100; index += 1) await client.send(request, udp);
  await responder.stop();
  const reported = contacts.length;
  await responder.stop();
  client.close();
  const { listeners } = await readSocketTable(nodeSystem, [tcp, http, udp]);
  expect(listeners).toEqual([]);
  await sleep(20);
  expect(contacts).toHaveLength(reported);
});
