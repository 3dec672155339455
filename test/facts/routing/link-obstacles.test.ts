import { expect, test } from 'vitest';
import { fixedNeighbours, parseNeighbours } from '../../../src/facts/routing/link-obstacles.ts';
import { formatAddress } from '../../../src/net/address.ts';

/** As iproute2 6.1 prints them. */
const NEIGHBOURS = JSON.stringify([
  { dst: '10.61.0.5', dev: 'eth0', lladdr: '02:00:00:00:00:01', state: ['PERMANENT'] },
  { dst: '10.61.0.6', dev: 'eth0', lladdr: '02:00:00:00:00:02', state: ['NOARP'] },
  { dst: 'fd61::5', dev: 'eth0', lladdr: '02:00:00:00:00:01', router: null, state: ['PERMANENT'] },
  // The kernel's own, and what was learned.
  { dst: 'ff02::16', dev: 'eth0', lladdr: '33:33:00:00:00:16', state: ['NOARP'] },
  { dst: '10.61.255.255', dev: 'eth0', lladdr: 'ff:ff:ff:ff:ff:ff', state: ['NOARP'] },
  { dst: '127.0.0.1', dev: 'lo', lladdr: '00:00:00:00:00:00', state: ['NOARP'] },
  { dst: '10.62.0.9', dev: 'tun0', state: ['NOARP'] },
  { dst: '10.61.0.7', dev: 'eth0', lladdr: '02:00:00:00:00:07', state: ['REACHABLE'] },
]);

test('neighbours set by hand, one obstacle for each interface and family', () => {
  const found = fixedNeighbours(parseNeighbours(NEIGHBOURS));
  expect(
    found.map(({ interface: name, families, neighbours }) => [
      name,
      families,
      neighbours === 'all' ? neighbours : neighbours.map(formatAddress),
    ]),
  ).toEqual([
    ['eth0', [4], ['10.61.0.5', '10.61.0.6']],
    ['eth0', [6], ['fd61::5']],
  ]);
  expect(found[0]?.because).toEqual({
    ...{ code: 'fixed-neighbour', address: '10.61.0.5', interface: 'eth0' },
    ...{ linkAddress: '02:00:00:00:00:01', more: 1 },
  });
  expect(parseNeighbours('')).toEqual([]);
});
