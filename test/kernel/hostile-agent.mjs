// Started inside a namespace by the hostile test: `udp` floods, `tcp` opens connections and holds them. Prints JSON.
import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';

const { kind, sources, target, ports, count } = JSON.parse(process.argv[2]);
await (kind === 'udp' ? flood() : hold());

/** Datagrams of every sort from every source, and what came back to each. */
async function flood() {
  const counters = sources.map(() => ({ sent: 0, received: 0, replies: 0 }));
  const sockets = await Promise.all(
    sources.map(async (source, index) => {
      const socket = dgram.createSocket({ type: 'udp4', recvBufferSize: 4 << 20 });
      socket.on('message', (message) => {
        counters[index].received += message.length;
        counters[index].replies += 1;
      });
      socket.on('error', () => undefined);
      socket.bind(0, source);
      await once(socket, 'listening');
      return socket;
    }),
  );
  for (let n = 0; n < count; n += 1) {
    const index = (n >> 3) % sockets.length;
    const bytes = datagram(n);
    counters[index].sent += bytes.length;
    sockets[index].send(bytes, ports[n % ports.length], target, () => undefined);
    if (n % 64 === 63) await new Promise((done) => setTimeout(done, 0));
  }
  await new Promise((done) => setTimeout(done, 1000));
  console.log(JSON.stringify(counters.map((counter, index) => ({ source: sources[index], ...counter }))));
  for (const socket of sockets) socket.close();
}

/** Valid requests, replies, other versions, cut off, too long, empty, noise. */
function datagram(n) {
  const random = Buffer.from(Array.from({ length: 16 }, () => Math.floor(Math.random() * 256)));
  const of = (version, what) => Buffer.concat([Buffer.from('VWAU'), Buffer.from([version, what]), random]);
  switch (n % 8) {
    case 0:
    case 1:
      return of(1, 1);
    case 2:
      return of(1, 2);
    case 3:
      return of(2, 1);
    case 4:
      return of(1, 1).subarray(0, n % 22);
    case 5:
      return Buffer.concat([of(1, 1), Buffer.alloc(1 + (n % 1400))]);
    case 6:
      return Buffer.alloc(0);
    default:
      return Buffer.alloc(n % 1400, random);
  }
}

/** Connections that stay, each with the beginning of a request; whether they are half-open decides a firewall rule. */
async function hold() {
  const sockets = [];
  let [established, settled] = [0, 0];
  for (let n = 0; n < count; n += 1) {
    const localAddress = sources[n % sources.length];
    const socket = net.connect({ host: target, port: ports[n % ports.length], localAddress });
    socket.once('error', () => (settled += 1));
    socket.on('error', () => undefined);
    socket.on('connect', () => {
      established += 1;
      settled += 1;
      socket.write('GET / HT');
    });
    sockets.push(socket);
    if (n % 128 === 127) await new Promise((done) => setTimeout(done, 5));
  }
  const deadline = Date.now() + 60_000;
  while (settled < count && Date.now() < deadline) await new Promise((done) => setTimeout(done, 50));
  console.log(JSON.stringify({ opened: sockets.length, established }));
  process.stdin.resume();
  await once(process.stdin, 'end');
  process.exit();
}
