// One machine's network programs in one long-lived process: listens, probes and holds connections as its standard input
// says. One JSON command a line, one JSON answer a line.
import dgram from 'node:dgram';
import net from 'node:net';
import { answerCommands } from './lab/agent-commands.mjs';

const held = new Map();
const ignore = () => undefined;

const commands = {
  /** Echoes on every address and port. */
  async listen({ addresses, tcp, udp }) {
    const started = [];
    for (const address of addresses) {
      for (const port of tcp) {
        const server = net.createServer((socket) => socket.on('error', ignore).pipe(socket));
        started.push(
          new Promise((done, fail) => server.on('error', fail).listen({ port, host: address }, done)),
        );
      }
      for (const port of udp) {
        const socket = dgram.createSocket(family(address));
        socket.on('message', (data, from) => socket.send(data, from.port, from.address));
        started.push(new Promise((done, fail) => socket.on('error', fail).bind({ port, address }, done)));
      }
    }
    await Promise.all(started);
    return started.length;
  },

  /** `open`, `silent` or the error, for each probe in its order. */
  probe({ probes, deadlineMs }) {
    return Promise.all(probes.map((probe) => (probe.transport === 'tcp' ? tcp : udp)(probe, deadlineMs)));
  },

  /** Opens a connection and keeps it. */
  async hold({ name, from, to, port }) {
    const socket = net.connect({ host: to, port, localAddress: from });
    await new Promise((done, fail) => socket.once('connect', done).once('error', fail));
    held.set(name, socket.on('error', ignore));
    return 'open';
  },

  /** Whether a kept connection still carries data both ways. */
  talk({ name, deadlineMs }) {
    const socket = held.get(name);
    return new Promise((done) => {
      const timer = setTimeout(() => done('silent'), deadlineMs);
      socket.once('data', () => (clearTimeout(timer), done('alive')));
      socket.write('x');
    });
  },
};

function family(address) {
  return address.includes(':') ? { type: 'udp6', ipv6Only: true } : 'udp4';
}

function tcp({ from, to, port }, deadlineMs) {
  return new Promise((done) => {
    const socket = net.connect({ host: to, port, localAddress: from, autoSelectFamily: false });
    const end = (result) => {
      clearTimeout(timer);
      socket.resetAndDestroy();
      done(result);
    };
    const timer = setTimeout(end, deadlineMs, 'silent');
    socket.once('connect', () => end('open')).on('error', ({ code }) => end(code));
  });
}

function udp({ from, to, port }, deadlineMs) {
  return new Promise((done) => {
    const socket = dgram.createSocket(family(from));
    const end = (result) => {
      clearTimeout(timer);
      socket.removeAllListeners('error').on('error', ignore);
      socket.close();
      done(result);
    };
    const timer = setTimeout(end, deadlineMs, 'silent');
    socket.once('message', () => end('open')).once('error', ({ code }) => end(code));
    socket.bind({ address: from }, () => socket.connect(port, to, () => socket.send('x')));
  });
}

await answerCommands(commands);
