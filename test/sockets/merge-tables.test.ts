import { expect, test } from 'vitest';
import { tryParseBinding } from '../../src/sockets/binding.ts';
import { mergeTables } from '../../src/sockets/merge-tables.ts';
import { unreadTable, type Listener, type SocketTable } from '../../src/sockets/socket-table.ts';
import { show } from './show.ts';

const tcp = (port: number, address: string, more: Partial<Listener> = {}): Listener => ({
  transport: 'tcp',
  port,
  ...tryParseBinding(address)!,
  servesBoth: address === '::' ? null : false,
  pid: null,
  process: null,
  ...more,
});

const table = (
  source: string,
  listeners: Listener[],
  isComplete = true,
  gaps: string[] = [],
): SocketTable => ({
  source,
  listeners,
  isComplete,
  gaps,
});

test('what one source does not know comes from the other', () => {
  const first = table('a', [tcp(102, '0.0.0.0', { pid: 7 }), tcp(10100, '::')]);
  const second = table('b', [
    tcp(102, '0.0.0.0', { pid: 8, process: 'vw' }),
    tcp(10100, '::', { servesBoth: true, pid: 9 }),
  ]);
  const merged = mergeTables(first, second);
  expect(merged.listeners.map(show)).toEqual(['TCP 102 on 0.0.0.0 7 vw', 'TCP 10100 on :: both 9 -']);
  expect(merged).toMatchObject({ source: 'a+b', isComplete: true, gaps: [] });
});

test('sources that both claim to know all and disagree are not believed', () => {
  const merged = mergeTables(table('a', [tcp(102, '0.0.0.0')]), table('b', [tcp(102, '::')]));
  expect(merged.listeners.map(show)).toEqual(['TCP 102 on 0.0.0.0 - -', 'TCP 102 on :: both? - -']);
  expect(merged.isComplete).toBe(false);
  expect(merged.gaps).toEqual([
    'b sees a listener, TCP 102 on ::, that a does not',
    'a sees a listener, TCP 102 on 0.0.0.0, that b does not',
  ]);
});

test('a complete source contradicts an incomplete one only by what it lacks', () => {
  const partial = table('a', [tcp(102, '0.0.0.0')], false, ['half blind']);
  const complete = table('b', [tcp(102, '0.0.0.0'), tcp(103, '0.0.0.0')]);
  expect(mergeTables(partial, complete)).toMatchObject({ isComplete: true, gaps: ['half blind'] });
  expect(mergeTables(complete, partial)).toMatchObject({ isComplete: true, gaps: ['half blind'] });
  const more = table('a', [tcp(104, '0.0.0.0')], false);
  expect(mergeTables(more, complete)).toMatchObject({
    isComplete: false,
    gaps: ['a sees a listener, TCP 104 on 0.0.0.0, that b does not'],
  });
});

test('two incomplete sources add up to an incomplete one', () => {
  const merged = mergeTables(unreadTable('a', 'no a'), table('b', [tcp(102, '::')], false, ['half b']));
  expect(merged).toMatchObject({ source: 'a+b', isComplete: false, gaps: ['no a', 'half b'] });
  expect(merged.listeners).toHaveLength(1);
});

test('a second source that could not be read takes nothing from a complete first', () => {
  const first = table('a', [tcp(102, '0.0.0.0')]);
  expect(mergeTables(first, unreadTable('b', 'not installed'))).toEqual(first);
});

test('processes that share a port are not mixed up', () => {
  const shared = [tcp(102, '0.0.0.0'), tcp(102, '0.0.0.0')];
  const owners = [tcp(102, '0.0.0.0', { pid: 1 }), tcp(102, '0.0.0.0', { pid: 2 })];
  const merged = mergeTables(table('a', shared), table('b', owners));
  expect(merged.listeners).toEqual(shared);
});
