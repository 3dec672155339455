import { expect, test } from 'vitest';
import { findOwners } from '../../src/sockets/socket-owners.ts';
import { nodeSystem } from '../../src/system/node-system.ts';
import type { System } from '../../src/system/system.ts';

test.each([
  [['node', '/opt/vwaudit/bin/run.js', 'listen', '-i', '4'], 'vwaudit listen'],
  [['node', '--no-warnings', '/usr/local/bin/vwaudit', 'listen'], 'vwaudit listen'],
  [['vwaudit', 'listen'], 'vwaudit listen'],
  [['node', '/opt/vwaudit/bin/run.js', 'check', '--demo'], 'node'],
  [['node', '/opt/maps/server.js', 'listen'], 'node'],
])('the holder of a socket by its command line: %j is %s', async (words, program) => {
  const links = new Map([['/proc/7/fd', new Map([['3', 'socket:[99]']])]]).set(
    '/proc/7',
    new Map([['exe', '/usr/bin/node']]),
  );
  const system: System = {
    ...nodeSystem,
    listFolder: () => Promise.resolve(['7', 'net']),
    readLinks: (folder) => Promise.resolve(links.get(folder) ?? new Map()),
    readText: () => Promise.resolve(`${words.join('\0')}\0`),
  };
  const owners = await findOwners(system, new Set(['99']));
  expect(owners.get('99')).toEqual({ pid: 7, process: program });
});
