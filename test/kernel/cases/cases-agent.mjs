// One machine's part in `cases.test.ts`: a server that notes which datagrams arrive, or a client that sends them from any port, with
// any TTL, DSCP and length. One JSON command a line, one JSON answer a line.
import dgram from 'node:dgram';
import { setImmediate } from 'node:timers';
import { answerCommands, load } from '../lab/agent-commands.mjs';

/** IPv4 and UDP headers. */
const HEADERS = 28;

let arrived = [];
const sockets = new Map();

const commands = {
  async serve({ address, ports }) {
    for (const port of ports) await open(address, port, (data) => void arrived.push(data.readUInt32BE(0)));
    return [];
  },

  /** Each datagram `times` times; its number is in its data, behind it the DSCP that nft gives it on its way out. */
  async send({ to, packets }) {
    for (const { number, source, sourcePort, port, ttl, dscp, length, times } of packets) {
      const key = `${source}:${sourcePort}`;
      const socket = sockets.get(key) ?? (await open(source, sourcePort, () => undefined));
      sockets.set(key, socket);
      socket.setTTL(ttl);
      const data = Buffer.alloc(length - HEADERS);
      data.writeUInt8(dscp, 4);
      for (let nth = 1; nth <= times; nth++) {
        data.writeUInt32BE(nth === times ? number : 0, 0);
        socket.send(data, port, to);
      }
    }
    await turns();
    return [];
  },

  /** What arrived since the last time, once nothing more comes: delivery on a cable ends inside the send. */
  async collect() {
    for (let before = -1; before !== arrived.length;) {
      before = arrived.length;
      await turns();
    }
    const numbers = arrived.filter((number) => number !== 0);
    arrived = [];
    return numbers;
  },

  load,
};

async function turns() {
  for (let nth = 0; nth < 3; nth++) await new Promise((done) => setImmediate(done));
}

function open(address, port, hear) {
  const lookup = (host, _, done) => done(null, host, 4);
  const socket = dgram.createSocket({ type: 'udp4', lookup });
  socket.on('message', hear);
  return new Promise((done, fail) => {
    socket.once('error', fail).bind({ port, address }, () => {
      socket.off('error', fail).on('error', () => undefined);
      socket.setRecvBufferSize(4 << 20);
      done(socket);
    });
  });
}

await answerCommands(commands);
