import { once } from 'node:events';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createLab, type LabHost } from './lab/lab.ts';

const lab = createLab();
const [a, b] = [lab.host('a'), lab.host('b')];
lab.cable(a, ['10.0.0.1/24', 'fd00::1/64'], b, ['10.0.0.2/24', 'fd00::2/64']);
afterAll(() => {
  lab.close();
});

const LISTENERS = `
  const tcp = (host, port, ipv6Only = false) => new Promise((done) => require('net').createServer().listen({ host, port, ipv6Only }, done));
  const udp = (type, address, port, ipv6Only = false) => new Promise((done) => require('dgram').createSocket({ type, ipv6Only }).bind(port, address, done));
  Promise.all([
    tcp('0.0.0.0', 102), tcp('::', 103), tcp('::', 10100, true), tcp('10.0.0.1', 10101), tcp('fd00::1', 10101), tcp('127.0.0.1', 10102),
    udp('udp4', '0.0.0.0', 10100), udp('udp6', '::', 10200), udp('udp6', '::', 10201, true), udp('udp4', '10.0.0.1', 10202), udp('udp6', 'fd00::1', 10202),
  ]).then(() => console.log('ready'));`;

interface Answer {
  readonly listeners: readonly {
    readonly at: string;
    readonly servesBoth: boolean | null;
    readonly pid: number | null;
    readonly process: string | null;
  }[];
  readonly isComplete: boolean;
  readonly gaps: readonly string[];
}

const READER = path.join(import.meta.dirname, 'socket-reader.ts');
const PORTS = ['102', '103', '10100', '10101', '10102', '10200', '10201', '10202'];

const readIn = (host: LabHost): Answer =>
  JSON.parse(host.must([process.execPath, '--import', 'tsx', READER, ...PORTS])) as Answer;

test('a low-port listener of every kind is found with its process, and only in its own namespace', async () => {
  const server = a.spawn([process.execPath, '-e', LISTENERS]);
  try {
    await once(server.stdout, 'data');
    const { listeners, isComplete, gaps } = readIn(a);
    expect(listeners.map(({ at, servesBoth }) => `${at}${servesBoth === true ? ' (and IPv4)' : ''}`)).toEqual(
      [
        'TCP 102 on 0.0.0.0',
        'TCP 103 on :: (and IPv4)',
        'TCP 10100 on ::',
        'TCP 10101 on 10.0.0.1',
        'TCP 10101 on fd00::1',
        'TCP 10102 on 127.0.0.1',
        'UDP 10100 on 0.0.0.0',
        'UDP 10200 on :: (and IPv4)',
        'UDP 10201 on ::',
        'UDP 10202 on 10.0.0.1',
        'UDP 10202 on fd00::1',
      ],
    );
    // `ip netns exec` becomes the program, so its process id is the listener's.
    expect(new Set(listeners.map(({ pid }) => pid))).toEqual(new Set([server.pid]));
    expect(new Set(listeners.map((listener) => listener.process))).toEqual(
      new Set([path.basename(process.execPath)]),
    );
    expect({ isComplete, gaps }).toEqual({ isComplete: true, gaps: [] });

    expect(readIn(b)).toMatchObject({ listeners: [], isComplete: true, gaps: [] });
  } finally {
    server.kill();
  }
});
