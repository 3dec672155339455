import { expect, test } from 'vitest';
import { linuxFacts } from '../../../src/facts/linux-facts.ts';
import type { LinkObstacle } from '../../../src/facts/routing/link-obstacles.ts';

function obstacles(routes4: readonly object[], routes6: readonly object[]): readonly LinkObstacle[] {
  const outputs: Readonly<Record<string, readonly object[]>> = {
    addresses: [
      { ifname: 'eth0', flags: ['UP'], operstate: 'UP', link_type: 'ether', master: 'br0' },
      { ifname: 'br0', flags: ['UP'], operstate: 'UP', link_type: 'ether' },
    ],
    'routes-4': routes4,
    'routes-6': routes6,
    'rules-4': [],
    'rules-6': [],
  };
  return linuxFacts({
    ...{ schemaVersion: 1, kind: 'machine', platform: 'linux', collectedAt: '2026-11-29T08:00:00Z' },
    host: 'maps-a',
    commands: Object.entries(outputs).map(([id, output]) => ({
      ...{ id, command: id, exitCode: 0, errors: '' },
      output: JSON.stringify(output),
    })),
  }).obstacles;
}

const ON_PORT = { dst: '10.30.0.0/16', dev: 'eth0', flags: [] };

test('routes by a port of a bridge are an obstacle of their family', () => {
  expect(obstacles([ON_PORT], [])).toEqual([
    {
      ...{ interface: 'eth0', families: [4], neighbours: 'all' },
      because: { code: 'route-by-port', interface: 'eth0', master: 'br0' },
    },
  ]);
  expect(obstacles([], [{ dst: 'fd00:30::/64', dev: 'eth0', flags: [] }])).toMatchObject([{ families: [6] }]);
  expect(
    obstacles([{ dst: 'default', nexthops: [{ dev: 'eth0' }, { dev: 'eth1' }], flags: [] }], []),
  ).toHaveLength(1);
});

test('routes by the bridge are none, nor what the kernel makes for the link of each port', () => {
  const own = [
    { dst: 'fe80::/64', dev: 'eth0', flags: [] },
    { type: 'unicast', dst: 'ff00::/8', dev: 'eth0', table: 'local', flags: [] },
  ];
  expect(obstacles([{ ...ON_PORT, dev: 'br0' }], own)).toEqual([]);
});
