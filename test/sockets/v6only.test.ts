import { expect, test } from 'vitest';
import { parseV6Only, readV6Only } from '../../src/sockets/v6only.ts';
import { nodeSystem } from '../../src/system/node-system.ts';
import { readFixture } from './fixture.ts';

test('ss tells dual-stack sockets from IPv6-only ones', () => {
  const v6Only = parseV6Only(readFixture('ss-v6only.txt'));
  expect(v6Only.size).toBe(10);
  expect(v6Only.get('47920')).toBe(false); // TCP 10100
  expect(v6Only.get('47921')).toBe(true); // TCP 10101
  expect(v6Only.get('47931')).toBe(false); // UDP 10201
  expect(v6Only.get('47932')).toBe(true); // UDP 10202
});

test('nothing is known where there is no ss', async () => {
  const run = () => Promise.resolve({ exitCode: null, stdout: '', stderr: '', error: 'ENOENT' });
  expect(await readV6Only({ ...nodeSystem, run })).toEqual(new Map());
});
