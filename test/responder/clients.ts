import dgram from 'node:dgram';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';

/** Connects and reads until the other side ends the connection: what it said, and its error code if it was reset. */
export async function readAll(host: string, port: number, say = ''): Promise<string> {
  const socket = net.connect({ host, port });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  if (say !== '') socket.write(say);
  try {
    await once(socket, 'close');
  } catch (error) {
    chunks.push(Buffer.from((error as NodeJS.ErrnoException).code ?? ''));
  }
  return Buffer.concat(chunks).toString();
}

export async function get(host: string, port: number): Promise<string> {
  const request = http.get({ host, port, agent: false });
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  response.setEncoding('utf8');
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return `${response.statusCode} ${body}`;
}

/** A UDP client that collects whatever comes back. */
export interface UdpClient {
  readonly received: Buffer[];
  readonly port: number;
  send(bytes: Uint8Array, port: number): Promise<void>;
  close(): void;
}

export async function udpClient(host: string): Promise<UdpClient> {
  const socket = dgram.createSocket(host.includes(':') ? 'udp6' : 'udp4');
  const received: Buffer[] = [];
  socket.on('message', (message) => received.push(message));
  socket.bind(0, host);
  await once(socket, 'listening');
  return {
    received,
    port: socket.address().port,
    // A turn of the event loop for the responder in this process: a full receive buffer would lose datagrams.
    send: (bytes, port) =>
      new Promise((done, fail) => {
        socket.send(bytes, port, host, (error) => {
          if (error) fail(error);
          else setImmediate(done);
        });
      }),
    close: () => {
      socket.close();
    },
  };
}
