// One machine's datagrams in one long-lived process: a server that notes and echoes what arrives, or a client that owns
// many source addresses. One JSON command a line, one JSON answer a line; a datagram carries the number it is known by.
import dgram from 'node:dgram';
import readline from 'node:readline';
import { setImmediate } from 'node:timers';

let seen = [];
let sockets = [];

const commands = {
  /** Opens every port on every address; what arrives is noted and sent back. */
  async serve({ addresses, ports }) {
    await Promise.all(
      addresses.flatMap((address) =>
        ports.map((port) =>
          open(address, port, (data, from, socket) => socket.send(data, from.port, from.address)),
        ),
      ),
    );
    return [];
  },

  /** Fresh sockets, one for each address and source port, in that order. */
  async open({ addresses, sourcePorts }) {
    for (const socket of sockets) socket.close();
    seen = [];
    const pairs = addresses.flatMap((address) => sourcePorts.map((port) => ({ address, port })));
    sockets = await Promise.all(pairs.map(({ address, port }) => open(address, port, () => undefined)));
    return [];
  },

  /** One datagram from every socket to each of the ports, numbered by socket and by the place of the port in `all`. */
  async send({ to, ports, all }) {
    await Promise.all(
      sockets.flatMap((socket, source) =>
        ports.map(
          (port) =>
            new Promise((done) => {
              const data = Buffer.allocUnsafe(4);
              data.writeUInt32BE(source * all.length + all.indexOf(port));
              socket.send(data, port, to, done);
            }),
        ),
      ),
    );
    return [];
  },

  /** The numbers that arrived since the last time, once nothing more comes: delivery on a cable ends inside the send. */
  async collect({ patienceMs }) {
    if (patienceMs > 0) await new Promise((done) => setTimeout(done, patienceMs));
    for (let before = -1; before !== seen.length;) {
      before = seen.length;
      await turn();
      await turn();
    }
    const numbers = seen;
    seen = [];
    return numbers;
  },
};

function turn() {
  return new Promise((done) => setImmediate(done));
}

function open(address, port, answer) {
  const socket = dgram.createSocket(address.includes(':') ? { type: 'udp6', ipv6Only: true } : 'udp4');
  socket.on('message', (data, from) => {
    seen.push(data.readUInt32BE());
    answer(data, from, socket);
  });
  return new Promise((done, fail) => {
    socket.once('error', fail).bind({ port, address }, () => {
      socket.off('error', fail).on('error', () => undefined);
      done(socket);
    });
  });
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const { command, ...options } = JSON.parse(line);
  const answer = await commands[command](options).catch((error) => ({ error: String(error) }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
