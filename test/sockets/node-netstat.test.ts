import { expect, test } from 'vitest';
import { readNodeNetstat } from '../../src/sockets/node-netstat.ts';
import { nodeSystem } from '../../src/system/node-system.ts';
import type { ProcessResult } from '../../src/system/system.ts';
import { readFixture } from './fixture.ts';
import { ALL_PORTS, show } from './show.ts';

const answer = (platform: NodeJS.Platform, result: Partial<ProcessResult>) =>
  readNodeNetstat(
    {
      ...nodeSystem,
      platform,
      run: () => Promise.resolve({ exitCode: 0, stdout: '', stderr: '', error: null, ...result }),
    },
    ALL_PORTS,
  );

const read = (platform: NodeJS.Platform, fixture: string) =>
  answer(platform, { stdout: readFixture(fixture) });

test('Linux: whole IPv6 addresses, mapped ones as IPv4, connected UDP left out', async () => {
  const { listeners, isComplete, gaps } = await read('linux', 'netstat-linux.txt');
  expect(listeners.map(show)).toEqual([
    'TCP 102 on 0.0.0.0 - -',
    'TCP 10100 on :: both? - -',
    'TCP 10101 on :: both? - -',
    'TCP 10102 on 127.0.0.1 - -',
    'TCP 10103 on ::1 - -',
    'TCP 10104 on 127.0.0.1 - -',
    'TCP 10105 on 0.0.0.0 - -',
    'TCP 10301 on 2001:db8:1111:2222:3333:4444:5555:6666 - -',
    'TCP 10301 on 2001:db8:1111:2222:3333:4444:5555:6667 - -',
    'UDP 10100 on 0.0.0.0 - -',
    'UDP 10200 on 127.0.0.1 - -',
    'UDP 10201 on :: both? - -',
    'UDP 10202 on :: both? - -',
    'UDP 10203 on 2001:db8:1111:2222:3333:4444:5555:6666 - -',
  ]);
  expect({ isComplete, gaps }).toEqual({ isComplete: true, gaps: [] });
});

test('Windows: both wildcards told apart, process 0 is nobody', async () => {
  const { listeners, isComplete } = await read('win32', 'netstat-windows-en.txt');
  expect(listeners.map(show)).toEqual([
    'TCP 102 on 0.0.0.0 5120 -',
    'TCP 135 on 0.0.0.0 1044 -',
    'TCP 135 on :: both? 1044 -',
    'TCP 10100 on 127.0.0.1 5300 -',
    'TCP 10101 on fd00:20::11 5120 -',
    'TCP 10301 on 0.0.0.0 4 -',
    'TCP 10301 on :: both? 4 -',
    'UDP 10100 on 0.0.0.0 5300 -',
    'UDP 10200 on :: both? 5120 -',
    'UDP 10201 on fe80::4d2:1 5120 -',
  ]);
  expect(isComplete).toBe(true);
});

test.each(['netstat-windows-de.txt', 'netstat-windows-fr.txt'])('%s: any language', async (fixture) => {
  const { listeners, isComplete } = await read('win32', fixture);
  expect(listeners.map(show)).toEqual([
    'TCP 102 on 0.0.0.0 5120 -',
    'TCP 10301 on :: both? 4 -',
    'UDP 10100 on 0.0.0.0 5300 -',
  ]);
  expect(isComplete).toBe(true);
});

test('macOS: listeners, but never complete and never a process', async () => {
  const { listeners, isComplete, gaps } = await read('darwin', 'netstat-macos.txt');
  expect(listeners.map(show)).toEqual([
    'TCP 102 on 0.0.0.0 - -',
    'TCP 10100 on 127.0.0.1 - -',
    'TCP 10101 on ::1 - -',
    'TCP 10102 on fe80::1 - -',
    'TCP 10301 on :: both - -',
    'UDP 10100 on 0.0.0.0 - -',
    'UDP 10200 on :: both? - -',
  ]);
  expect(isComplete).toBe(false);
  expect(gaps).toHaveLength(1);
});

test.each([
  [
    'address cut by an old netstat',
    'tcp6       0      0 2001:db8:1111:222:50123 :::*                    LISTEN',
  ],
  ['no port', 'tcp        0      0 0.0.0.0:http            0.0.0.0:*               LISTEN'],
  ['port out of range', 'tcp        0      0 0.0.0.0:70000           0.0.0.0:*               LISTEN'],
  ['columns missing', 'tcp'],
])('a line that can not be trusted is a gap: %s', async (_, line) => {
  const { listeners, isComplete, gaps } = await answer('linux', {
    stdout: `${readFixture('netstat-linux.txt')}${line}\n`,
  });
  expect(listeners).toHaveLength(14);
  expect({ isComplete, gaps }).toEqual({
    isComplete: false,
    gaps: ['netstat: 1 lines could not be read for sure'],
  });
});

test.each<[string, NodeJS.Platform, Partial<ProcessResult>, string]>([
  ['missing', 'linux', { exitCode: null, error: 'ENOENT' }, 'netstat is not installed'],
  [
    'failing',
    'linux',
    { exitCode: 3, stderr: 'cannot open /proc/net/dev\nx' },
    'netstat failed (exit 3: cannot open /proc/net/dev)',
  ],
  ['hanging', 'win32', { exitCode: null, error: 'ETIMEDOUT' }, 'netstat.exe failed (ETIMEDOUT)'],
  ['silent', 'linux', {}, 'netstat listed no sockets at all'],
  ['of a system nobody knows', 'freebsd', {}, "netstat's output on freebsd is not known to node-netstat"],
])('a netstat that is %s is never "no listeners"', async (_, platform, result, gap) => {
  expect(await answer(platform, result)).toEqual({
    source: 'node-netstat',
    listeners: [],
    isComplete: false,
    gaps: [gap],
  });
});

test('only the ports asked for', async () => {
  const run = () =>
    Promise.resolve({ exitCode: 0, stdout: readFixture('netstat-linux.txt'), stderr: '', error: null });
  const { listeners } = await readNodeNetstat({ ...nodeSystem, platform: 'linux', run }, new Set([102]));
  expect(listeners.map(show)).toEqual(['TCP 102 on 0.0.0.0 - -']);
});
