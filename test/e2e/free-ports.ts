import dgram from 'node:dgram';
import net from 'node:net';
import { once } from 'node:events';
import { runCli } from './run-cli.ts';

/** Whether every port of the site (as flags) can be bound on loopback: nobody was left behind on one. */
export async function freePortsOf(site: readonly string[]): Promise<boolean> {
  const { stdout } = await runCli(['ports', ...site, '--json']);
  const { endpoints } = JSON.parse(stdout) as { endpoints: { port: number; transport: 'tcp' | 'udp' }[] };
  const free = await Promise.all(endpoints.map(({ port, transport }) => isFree(port, transport)));
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
  const isBound = await bound;
  if (isBound) socket.close();
  return isBound;
}
