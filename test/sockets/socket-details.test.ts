import { expect, test } from 'vitest';
import { parseSocketDetails, readSocketDetails } from '../../src/sockets/socket-details.ts';
import { nodeSystem } from '../../src/system/node-system.ts';
import { readFixture } from './fixture.ts';

test('ss tells dual-stack sockets from IPv6-only ones', () => {
  const details = parseSocketDetails(readFixture('ss-v6only.txt'));
  expect(details.size).toBe(10);
  expect(details.get('47920')?.isV6Only).toBe(false); // TCP 10100
  expect(details.get('47921')?.isV6Only).toBe(true); // TCP 10101
  expect(details.get('47931')?.isV6Only).toBe(false); // UDP 10201
  expect(details.get('47932')?.isV6Only).toBe(true); // UDP 10202
});

test('nothing is known where there is no ss', async () => {
  const run = () => Promise.resolve({ exitCode: null, stdout: '', stderr: '', error: 'ENOENT' });
  expect(await readSocketDetails({ ...nodeSystem, run })).toEqual(new Map());
});

test('ss shows the interface a socket is bound to', () => {
  const details =
    parseSocketDetails(`udp UNCONN 0      0      0.0.0.0%lo:106 0.0.0.0:* ino:11 sk:563d cgroup:/ <->
tcp LISTEN 0      5         0.0.0.0:102 0.0.0.0:* ino:12 sk:563f cgroup:/ <->
tcp LISTEN 0      5            *%lo:105       *:* ino:13 sk:5640 cgroup:/ v6only:0 <->
tcp LISTEN 0      5       [::]%eth0.7:107    [::]:* ino:14 sk:5641 cgroup:/ v6only:1 <->
`);
  expect([...details].map(([inode, { device }]) => [inode, device])).toEqual([
    ['11', 'lo'],
    ['12', null],
    ['13', 'lo'],
    ['14', 'eth0.7'],
  ]);
});
