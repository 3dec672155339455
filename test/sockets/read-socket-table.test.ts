import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { formatBinding } from '../../src/sockets/binding.ts';
import { readProc } from '../../src/sockets/proc.ts';
import { readSocketTable } from '../../src/sockets/read-socket-table.ts';
import { nodeSystem } from '../../src/system/node-system.ts';
import type { System } from '../../src/system/system.ts';
import { cpuTimeMs } from '../cpu-time.ts';

const open: (net.Server | dgram.Socket)[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});

async function tcp(host: string, ipv6Only = false): Promise<number> {
  const server = net.createServer().listen({ host, port: 0, ipv6Only });
  open.push(server);
  await once(server, 'listening');
  return (server.address() as net.AddressInfo).port;
}

async function udp(address: string, ipv6Only = false): Promise<number> {
  const socket = dgram.createSocket({ type: address.includes(':') ? 'udp6' : 'udp4', ipv6Only });
  open.push(socket);
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket.address().port;
}

const onLinux = test.runIf(process.platform === 'linux');
const hasIpv6 = nodeSystem.localAddresses().some(({ family, value }) => family === 6 && value === 1n);
const missing = { exitCode: null, stdout: '', stderr: '', error: 'ENOENT' };

test('our own listeners are found, each with our process id', async () => {
  const expected = [
    `TCP ${await tcp('0.0.0.0')} on 0.0.0.0`,
    `TCP ${await tcp('127.0.0.1')} on 127.0.0.1`,
    `UDP ${await udp('0.0.0.0')} on 0.0.0.0`,
    `UDP ${await udp('127.0.0.1')} on 127.0.0.1`,
  ];
  if (hasIpv6) {
    expected.push(
      `TCP ${await tcp('::')} on ::`,
      `TCP ${await tcp('::1')} on ::1`,
      `UDP ${await udp('::', true)} on ::`,
      `UDP ${await udp('::1')} on ::1`,
    );
  }
  const ports = expected.map((text) => Number(text.split(' ')[1]));
  const table = await readSocketTable(nodeSystem, ports);
  expect(new Set(table.listeners.map(formatBinding))).toEqual(new Set(expected));
  if (process.platform === 'linux') {
    expect(table.listeners.map(({ pid }) => pid)).toEqual(expected.map(() => process.pid));
    expect(new Set(table.listeners.map((listener) => listener.process))).toEqual(
      new Set([process.execPath.split('/').at(-1)]),
    );
    expect(table).toMatchObject({ isComplete: true, gaps: [] });
  }
});

test.runIf(process.platform === 'linux' && hasIpv6)(
  'ss tells which wildcard sockets serve both families; without it nobody claims to know',
  async () => {
    const [dual, six] = [await tcp('::'), await tcp('::', true)];
    const system: System = {
      ...nodeSystem,
      // Some minimal machines have neither ss nor netstat.
      run: (command, args) => (command === 'ss' ? nodeSystem.run(command, args) : Promise.resolve(missing)),
    };
    const hasSs = (await nodeSystem.run('ss', ['-V'])).exitCode === 0;
    const both = async (over: System, port: number) =>
      (await readSocketTable(over, [port])).listeners.map(({ servesBoth }) => servesBoth);
    if (hasSs) {
      expect(await both(system, dual)).toEqual([true]);
      expect(await both(system, six)).toEqual([false]);
    }
    expect(await both({ ...nodeSystem, run: () => Promise.resolve(missing) }, dual)).toEqual([null]);
  },
);

onLinux('without netstat the kernel table stands alone', async () => {
  const port = await tcp('127.0.0.1');
  const table = await readSocketTable({ ...nodeSystem, run: () => Promise.resolve(missing) }, [port]);
  expect(table).toMatchObject({ source: 'proc', isComplete: true, gaps: [] });
});

onLinux('processes of others: the listener is there, its owner is not, and that is said', async () => {
  const [one, two] = [await tcp('127.0.0.1'), await udp('127.0.0.1')];
  const readLinks = () => Promise.reject(new Error('EACCES'));
  const table = await readSocketTable({ ...nodeSystem, readLinks }, [one, two]);
  expect(table.listeners.map(({ pid, process: name }) => [pid, name])).toEqual([
    [null, null],
    [null, null],
  ]);
  expect(table).toMatchObject({
    isComplete: true,
    gaps: [`the processes behind TCP ${one} and UDP ${two} are not shown to this user; root sees more`],
  });
});

onLinux('a table that can not be read is a gap, whatever else is known', async () => {
  const port = await tcp('127.0.0.1');
  const denied = Object.assign(new Error('denied'), { code: 'EACCES' });
  const readText = (file: string) =>
    file === '/proc/net/udp' ? Promise.reject(denied) : nodeSystem.readText(file);
  const table = await readProc({ ...nodeSystem, readText }, new Set([port]));
  expect(table.listeners).toHaveLength(1);
  expect(table).toMatchObject({ isComplete: false, gaps: ["/proc/net/udp can't be read (EACCES)"] });
});

onLinux('a kernel without IPv6 has no IPv6 tables, and that is no gap', async () => {
  const port = await tcp('127.0.0.1');
  const gone = Object.assign(new Error('gone'), { code: 'ENOENT' });
  const readText = (file: string) => (file.endsWith('6') ? Promise.reject(gone) : nodeSystem.readText(file));
  const table = await readProc({ ...nodeSystem, readText }, new Set([port]));
  expect(table).toMatchObject({ isComplete: true, gaps: [] });
});

test.each(['linux', 'win32', 'darwin', 'sunos'] as const)(
  '%s: a machine that shows nothing gives an empty, incomplete table and the reason',
  async (platform) => {
    const denied = Object.assign(new Error('denied'), { code: 'EACCES' });
    const table = await readSocketTable(
      {
        ...nodeSystem,
        platform,
        run: () => Promise.resolve(missing),
        readText: () => Promise.reject(denied),
        listFolder: () => Promise.reject(denied),
      },
      [102],
    );
    expect(table).toMatchObject({ listeners: [], isComplete: false });
    expect(table.gaps).not.toEqual([]);
  },
);

onLinux('a listener that only one source sees is kept and makes the table incomplete', async () => {
  const port = await tcp('127.0.0.1');
  const run: System['run'] = (command, args) =>
    command === 'netstat'
      ? Promise.resolve({
          exitCode: 0,
          stdout: 'tcp        0      0 0.0.0.0:1             0.0.0.0:*               LISTEN',
          stderr: '',
          error: null,
        })
      : nodeSystem.run(command, args);
  const table = await readSocketTable({ ...nodeSystem, run }, [port]);
  expect(table).toMatchObject({
    source: 'proc+node-netstat',
    isComplete: false,
    gaps: [`proc sees a listener, TCP ${port} on 127.0.0.1, that node-netstat does not`],
  });
});

onLinux('thousands of listeners and connections stay quick', async () => {
  const ports = await Promise.all(Array.from({ length: 2_000 }, () => tcp('127.0.0.1')));
  const started = cpuTimeMs();
  const table = await readSocketTable(nodeSystem, ports);
  expect(table.listeners).toHaveLength(2_000);
  expect(table.listeners.every(({ pid }) => pid === process.pid)).toBe(true);
  // Measured 100 to 150 ms; a promise or a program per socket would take seconds.
  expect(cpuTimeMs() - started).toBeLessThan(1_500);
});
