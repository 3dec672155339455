import dgram from 'node:dgram';
import net from 'node:net';
import { once } from 'node:events';
import { endpointsOf } from '../../src/ports/endpoints.ts';
import { single } from '../ports/site.ts';

/** Ports above are those the system gives to connections, and any of them may be taken at any time. */
const FIRST_EPHEMERAL = 32_768;
/** Of the ports of a host with four instances. */
const [LOWEST, HIGHEST] = [102, 10_304];

/** A port offset at which nobody uses a port of a host with up to four instances, on loopback. */
export async function freeOffset(): Promise<number> {
  const [first, last] = [1024 - LOWEST, FIRST_EPHEMERAL - 1 - HIGHEST];
  for (;;) {
    const offset = first + Math.floor(Math.random() * (last - first));
    if (await areFree(offset)) return offset;
  }
}

/** Whether every port of a host with four instances can be bound on loopback: nobody was left behind on one. */
export async function areFree(portOffset: number): Promise<boolean> {
  const { site, host } = single(4, { portOffset });
  const ports = endpointsOf(host, site);
  const free = await Promise.all(ports.map(({ port, transport }) => isFree(port, transport)));
  return free.every(Boolean);
}

async function isFree(port: number, transport: 'tcp' | 'udp'): Promise<boolean> {
  const socket = transport === 'tcp' ? net.createServer() : dgram.createSocket('udp4');
  const bound = once(socket, 'listening').then(
    () => true,
    () => false,
  );
  if (socket instanceof net.Server) socket.listen(port, '127.0.0.1');
  else socket.bind(port, '127.0.0.1');
  if (!(await bound)) return false;
  socket.close();
  await once(socket, 'close');
  return true;
}
