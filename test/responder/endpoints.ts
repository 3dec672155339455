import type { Endpoint } from '../../src/ports/endpoint.ts';
import { once } from 'node:events';
import net from 'node:net';

const base = {
  role: 'server',
  instance: 1,
  audience: [],
  readings: [],
  purpose: 'test',
  note: null,
} as const;

export const tcpEndpoint = (port: number): Endpoint => ({
  ...base,
  id: 'server-1.client',
  transport: 'tcp',
  application: null,
  port,
});

export const httpEndpoint = (port: number): Endpoint => ({
  ...base,
  id: 'server-1.http',
  transport: 'tcp',
  application: 'http',
  port,
});

export const udpEndpoint = (port: number): Endpoint => ({
  ...base,
  id: 'server-1.udp',
  transport: 'udp',
  application: null,
  port,
});

/** Ports that nobody holds at the moment, each another one. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => net.createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}
