import { expect, test } from 'vitest';
import { parseInterfaces } from '../../../src/facts/interfaces.ts';
import { fixedNeighbours, limitedArp, parseNeighbours } from '../../../src/facts/routing/link-obstacles.ts';
import { formatAddress, parseAddress } from '../../../src/net/address.ts';
import { ANYWHERE, formatPrefix } from '../../../src/net/prefix.ts';

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
      Array.isArray(neighbours) ? neighbours.map(formatAddress) : neighbours,
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

test.each([
  [1, '10.61.0.1', '*', 'its-own'],
  [1, '10.62.0.1', '', 'its-own'],
  [2, '10.61.0.1', '10.61.0.0/24', 'its-networks'],
  [2, '10.61.0.2', '10.61.0.0/24 10.61.0.2', 'its-networks'],
  [2, '10.62.0.1', '', 'its-own'],
  [3, '10.61.0.1', '*', 'all-but-scope-host'],
  [3, '10.62.0.1', '', 'all-but-scope-host'],
])('arp_ignore %i: for %s it answers requests from %s', (setting, asked, networks, answers) => {
  const interfaces = parseInterfaces(
    JSON.stringify([
      {
        ifname: 'eth0',
        addr_info: [
          { local: '10.61.0.1', prefixlen: 24, scope: 'global' },
          { local: '10.61.0.2', prefixlen: 32, scope: 'global' },
        ],
      },
      { ifname: 'eth1', addr_info: [{ local: '10.62.0.1', prefixlen: 24, scope: 'host' }] },
    ]),
  );
  const [found] = limitedArp(new Map([['eth0', setting]]), interfaces);
  const answered = found?.answeredTo(parseAddress(asked, 'asked'));
  const text = answered?.networks === ANYWHERE ? '*' : answered?.networks.map(formatPrefix).join(' ');
  expect([text, answered?.answers]).toEqual([networks, answers]);
});
