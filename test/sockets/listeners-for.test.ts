import { expect, test } from 'vitest';
import { parseAddress } from '../../src/net/address.ts';
import { tryParseBinding } from '../../src/sockets/binding.ts';
import { listenersFor } from '../../src/sockets/listeners-for.ts';
import type { Listener, SocketTable } from '../../src/sockets/socket-table.ts';

const tableOf = (bound: string, servesBoth: boolean | null): SocketTable => {
  const listener: Listener = {
    transport: 'udp',
    port: 10100,
    ...tryParseBinding(bound)!,
    servesBoth,
    pid: null,
    process: null,
  };
  return { source: 'test', listeners: [listener], isComplete: true, gaps: [] };
};

const target = (address: string) =>
  ({ transport: 'udp', port: 10100, address: parseAddress(address, 'test') }) as const;

test.each([
  ['0.0.0.0', false, '10.20.0.11', 'covering'],
  ['0.0.0.0', false, '127.0.0.1', 'covering'],
  ['0.0.0.0', false, '::1', 'elsewhere'],
  ['::', true, '10.20.0.11', 'covering'],
  ['::', false, '10.20.0.11', 'elsewhere'],
  ['::', null, '10.20.0.11', 'uncertain'],
  ['::', null, 'fd00:20::11', 'covering'],
  ['::', false, '::1', 'covering'],
  ['127.0.0.1', false, '127.0.0.1', 'covering'],
  ['127.0.0.1', false, '10.20.0.11', 'elsewhere'],
  ['127.0.0.1', false, '127.0.0.2', 'elsewhere'],
  ['10.20.0.11', false, '127.0.0.1', 'elsewhere'],
  ['fd00:20::11', false, 'fd00:20::11', 'covering'],
  ['::1', false, '127.0.0.1', 'elsewhere'],
] as const)('bound to %s (serves both: %s), asked for %s: %s', (bound, servesBoth, address, where) => {
  const table = tableOf(bound, servesBoth);
  const found = listenersFor(table, target(address));
  expect(found).toEqual({ covering: [], uncertain: [], elsewhere: [], [where]: table.listeners });
});

test('another transport or port is nobody', () => {
  const table = tableOf('0.0.0.0', false);
  const nobody = { covering: [], uncertain: [], elsewhere: [] };
  expect(listenersFor(table, { ...target('10.20.0.11'), transport: 'tcp' })).toEqual(nobody);
  expect(listenersFor(table, { ...target('10.20.0.11'), port: 10101 })).toEqual(nobody);
});
