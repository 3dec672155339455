// One machine's packets in one long-lived process: listeners that note and answer what comes, clients with many source
// addresses, and the loading of rules. One JSON command a line, one JSON answer a line. A datagram carries the round and
// the number it is known by; no promise, no look-up and no callback is spent on one.
import dgram from 'node:dgram';
import net from 'node:net';
import { setImmediate } from 'node:timers';
import { answerCommands, load } from '../lab/agent-commands.mjs';

Error.stackTraceLimit = 0;

/** Enough for every datagram of a batch at one socket, where the machine allows it. */
const BUFFER_BYTES = 4 << 20;

/** More than a frame holds. */
const FRAGMENTED = 1600;
const ODD_TTL = 7;

/** What a server says first. */
const GREETING = Buffer.from('hello');

let arrived = [];
let answered = [];
let round = 0;
let clients = [];
let accepted = [];
let expected = null;

const commands = {
  /**
   * Listens on every port of every address: what arrives over UDP is noted and sent back. Over TCP, too, and a word is said
   * before that.
   */
  async serve({ addresses, ports }) {
    const places = addresses.flatMap((address) => ports.map((port) => ({ address, port })));
    await Promise.all(
      places.flatMap(({ address, port }, place) => [
        open(address, port, (data, from, socket) => {
          if (isAnswer(data)) return;
          if (isOfRound(data)) arrived.push(noteOf(data, place, from));
          data[8] = 1;
          socket.send(data, from.port, from.address);
        }),
        listen(address, port, place),
      ]),
    );
    return [];
  },

  /** What the coming round's datagrams look like where nothing changes them. */
  async expect(what) {
    expected = what;
    ({ round } = what);
    arrived = [];
    for (const socket of accepted) socket.resetAndDestroy();
    accepted = [];
    return [];
  },

  /** Fresh sockets of these addresses and source ports. */
  async open({ clients: ends, round: current }) {
    for (const socket of clients) socket.close();
    round = current;
    answered = [];
    clients = await Promise.all(
      ends.map(([address, port]) =>
        open(address, port, (data) => {
          if (isAnswer(data) && isOfRound(data)) answered.push(data.readUInt32BE(4));
        }),
      ),
    );
    return [];
  },

  /** One datagram from each of the sockets to each of the ports, numbered by socket and by the place of the port in `all`. */
  async send({ from, until, to, ports, all, isOdd }) {
    for (let client = from; client < Math.min(until, clients.length); client++) {
      clients[client].setTTL(isOdd ? ODD_TTL : 64);
      for (const port of ports) {
        const data = isOdd ? Buffer.alloc(FRAGMENTED) : Buffer.allocUnsafe(9);
        data[8] = 0;
        data.writeUInt32BE(round, 0);
        data.writeUInt32BE(client * all.length + all.indexOf(port), 4);
        clients[client].send(data, port, to);
      }
    }
    return [];
  },

  /** What arrived and what was answered since the last time, once nothing more comes: delivery on a cable ends inside the send. */
  async collect({ patienceMs }) {
    if (patienceMs > 0) await new Promise((done) => setTimeout(done, patienceMs));
    for (let before = -1; before !== arrived.length + answered.length;) {
      before = arrived.length + answered.length;
      await turn();
      await turn();
    }
    const notes = { arrived, answered };
    [arrived, answered] = [[], []];
    return notes;
  },

  /**
   * Connects from each address to each port at once, from a source port of its own, for NAT may lead several to one, and says
   * its number. The numbers of those that came about, and of those that got their number back.
   */
  connect({ clients: from, to, ports, round: current, patienceMs }) {
    const ends = from.flatMap(([localAddress, localPort]) =>
      ports.map((port, index) => ({ host: to, port, localAddress, localPort: localPort + index })),
    );
    return new Promise((done) => {
      const [opened, answered, settled] = [new Set(), new Set(), new Set()];
      const settle = (number) => {
        settled.add(number);
        if (settled.size === ends.length) finish();
        else timer.refresh();
      };
      let isOver = false;
      const finish = () => {
        isOver = true;
        clearTimeout(timer);
        for (const socket of sockets) socket.resetAndDestroy();
        done({ opened: [...opened], answered: [...answered] });
      };
      const timer = setTimeout(finish, patienceMs);
      const sockets = new Set();
      const dial = (end, number) => {
        if (isOver) return;
        const heard = [];
        const socket = net.connect({ ...end, autoSelectFamily: false });
        sockets.add(socket);
        socket
          .once('connect', () => {
            opened.add(number);
            timer.refresh();
            socket.write(numbered(current, number));
          })
          .on('data', (data) => {
            heard.push(data);
            if (!Buffer.concat(heard).equals(Buffer.concat([GREETING, numbered(current, number)]))) return;
            answered.add(number);
            settle(number);
          })
          .on('error', ({ code }) => {
            if (code.startsWith('EADDR')) {
              // The connection of the round before, from the same port, is not gone yet.
              setTimeout(dial, 10, end, number);
              return;
            }
            // What is reset was open.
            if (code === 'ECONNRESET') opened.add(number);
            settle(number);
          });
      };
      for (const [number, end] of ends.entries()) dial(end, number);
    });
  },

  load,
};

function numbered(round, number) {
  const data = Buffer.alloc(8);
  data.writeUInt32BE(round, 0);
  data.writeUInt32BE(number, 4);
  return data;
}

/** Of the earlier ones, some may still come. */
function isOfRound(data) {
  return data.readUInt32BE(0) === round;
}

/** Answers are not answered: NAT can lead them to another listener, and that one's back again. */
function isAnswer(data) {
  return data[8] === 1;
}

/** Number, place, and whether the source is the one it was sent from, as one number. */
function noteOf(data, place, from) {
  const number = data.readUInt32BE(4);
  return (number * 256 + place) * 2 + (isAsSent(number, from) ? 1 : 0);
}

function isAsSent(number, { address, port }) {
  const [ownAddress, ownPort] = expected.clients[Math.floor(number / expected.ports.length)];
  return address === ownAddress && port === ownPort;
}

function turn() {
  return new Promise((done) => setImmediate(done));
}

/** Addresses are numeric: nothing is looked up. */
function lookup(address, _, done) {
  done(null, address, address.includes(':') ? 6 : 4);
}

function open(address, port, hear) {
  const socket = dgram.createSocket(
    address.includes(':') ? { type: 'udp6', ipv6Only: true, lookup } : { type: 'udp4', lookup },
  );
  socket.on('message', (data, from) => hear(data, from, socket));
  return new Promise((done, fail) => {
    socket.once('error', fail).bind({ port, address }, () => {
      socket.off('error', fail).on('error', () => undefined);
      socket.setRecvBufferSize(BUFFER_BYTES);
      done(socket);
    });
  });
}

function listen(host, port, place) {
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined).setNoDelay();
    accepted.push(socket);
    socket.write(GREETING);
    socket.on('data', (data) => {
      if (isOfRound(data)) arrived.push((data.readUInt32BE(4) * 256 + place) * 2 + 1);
      socket.write(data);
    });
  });
  return new Promise((done, fail) => {
    server.once('error', fail).listen({ host, port, backlog: 4096 }, done);
  });
}

await answerCommands(commands);
