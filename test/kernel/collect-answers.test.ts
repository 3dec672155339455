import { afterAll, afterEach, expect, test } from 'vitest';
import { createServedClient, type Change } from './lab/served-client.ts';

/** Answers that are never sent, go elsewhere or die on their way, whatever the rules say: audit never passes such a flow. */
const served = createServedClient();
const { isAnswered, verdict } = served;
afterAll(served.close);
afterEach(served.undoAll);

const FLUSH: Change = ['CLIENT ip neigh flush all', 'true'];

test.each([0, 2, 3])('arp_ignore %i keeps no neighbour of its own network out', async (value) => {
  served.change([
    [`sysctl -qw net.ipv4.conf.LINK.arp_ignore=${value}`, 'sysctl -qw net.ipv4.conf.LINK.arp_ignore=0'],
    FLUSH,
  ]);
  expect(isAnswered()).toBe(true);
  // The kernel shows a new link as up a moment after it carries packets.
  await expect.poll(verdict).toMatchObject({ verdict: 'pass', why: '' });
});

test('arp_ignore 3 answers for an address of another interface, but not of scope host', async () => {
  served.change([
    ['ip addr del 10.61.0.1/16 dev LINK', 'ip addr add 10.61.0.1/16 dev LINK'],
    ['ip addr add 10.61.0.3/16 dev LINK', 'ip addr del 10.61.0.3/16 dev LINK'],
    ['ip addr add 10.61.0.1/32 dev lo', 'ip addr del 10.61.0.1/32 dev lo'],
    ['sysctl -qw net.ipv4.conf.LINK.arp_ignore=3', 'sysctl -qw net.ipv4.conf.LINK.arp_ignore=0'],
    FLUSH,
  ]);
  expect(isAnswered()).toBe(true);
  expect((await verdict()).verdict).toBe('pass');
});

/** A tunnel of segment routing to nobody. */
const SEGMENTS = 'encap seg6 mode encap segs fd99::1';

const CASES: readonly (readonly [string, readonly Change[], RegExp])[] = [
  [
    'ARP of a neighbour outside the network of the address',
    [
      ['ip addr del 10.61.0.1/16 dev LINK', 'ip addr add 10.61.0.1/16 dev LINK'],
      ['ip addr add 10.61.0.1/30 dev LINK', 'ip addr del 10.61.0.1/30 dev LINK'],
      ['ip route add 10.61.0.0/16 dev LINK', 'ip route del 10.61.0.0/16 dev LINK'],
      ['sysctl -qw net.ipv4.conf.LINK.arp_ignore=2', 'sysctl -qw net.ipv4.conf.LINK.arp_ignore=0'],
      FLUSH,
    ],
    /v\w+ answers ARP for 10\.61\.0\.1 only to neighbours in the network of that address \(arp_ignore is 2\)/,
  ],
  [
    'a tunnel of the route itself',
    [[`ip route add 10.61.0.0/24 ${SEGMENTS} dev LINK`, 'ip route del 10.61.0.0/24'], FLUSH],
    /its route to 10\.61\.0\.0\/24 may put packets into a tunnel \(encap\)/,
  ],
  [
    'a tunnel of one next hop',
    [
      [
        `ip route add 10.61.0.0/24 nexthop ${SEGMENTS} dev LINK nexthop ${SEGMENTS}2 dev LINK`,
        'ip route del 10.61.0.0/24',
      ],
    ],
    /its route to 10\.61\.0\.0\/24 may put packets into a tunnel \(encap\)/,
  ],
  [
    'a tunnel of the route itself, in a table of a rule',
    [
      [`ip route add default ${SEGMENTS} dev LINK table 77`, 'ip route flush table 77'],
      ['ip rule add pref 7 from 10.61.0.1 lookup 77', 'ip rule del pref 7'],
    ],
    /its default route in table 77 may put packets into a tunnel \(encap\)/,
  ],
  [
    'ARP for an address of scope host',
    [
      ['ip addr del 10.61.0.1/16 dev LINK', 'ip addr add 10.61.0.1/16 dev LINK'],
      ['ip addr add 10.61.0.1/16 dev LINK scope host', 'ip addr del 10.61.0.1/16 dev LINK'],
      ['ip route replace 10.61.0.0/16 dev LINK', 'ip route del 10.61.0.0/16 dev LINK'],
      ['sysctl -qw net.ipv4.conf.LINK.arp_ignore=3', 'sysctl -qw net.ipv4.conf.LINK.arp_ignore=0'],
      FLUSH,
    ],
    /v\w+ answers no ARP for 10\.61\.0\.1, an address of scope host/,
  ],
];

const CASES6: readonly (readonly [string, readonly Change[], RegExp])[] = [
  ...[SEGMENTS, SEGMENTS.replace('encap segs', 'inline segs')].map(
    (encap) =>
      [
        `IPv6: ${encap}`,
        [[`ip -6 route add fd61::/96 ${encap} dev LINK`, 'ip -6 route del fd61::/96']],
        /its route to fd61::\/96 may put packets into a tunnel \(encap\)/,
      ] as const,
  ),
];

test.each(CASES6)('%s', async (_, changes, why) => {
  expect(isAnswered('fd61::1')).toBe(true);
  const asked = { host: 'fd61::1', from: 'fd61::5' };
  expect((await verdict(asked)).verdict).toBe('pass');
  served.change(changes);
  expect(isAnswered('fd61::1')).toBe(false);
  const found = await verdict(asked);
  expect(found.verdict).toBe('unproven');
  expect(found.why).toMatch(why);
});

test.each(CASES)('%s', async (_, changes, why) => {
  served.change(changes);
  expect(isAnswered()).toBe(false);
  const found = await verdict();
  expect(found.verdict).toBe('unproven');
  expect(found.why).toMatch(why);
});

/** Behind the client, which forwards and answers no ARP for what is behind it. */
const FAR = [
  [4, '10.61.0.1', '10.61.0.5', '10.61.99.5'],
  [6, 'fd61::1', 'fd61::5', 'fd61:99::5'],
] as const;

test.each(FAR)('IPv%i: a default route without a gateway', async (family, host, router, from) => {
  const far = family === 4 ? '10.61.99.5/32' : 'fd61:99::5/128';
  const route = `ip -${family} route`;
  served.change([
    ['ip addr del 10.61.0.1/16 dev LINK', 'ip addr add 10.61.0.1/16 dev LINK'],
    ['ip addr add 10.61.0.1/24 dev LINK', 'ip addr del 10.61.0.1/24 dev LINK'],
    [`CLIENT ip addr add ${far} dev lo`, 'true'],
    ['CLIENT sysctl -qw net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2', 'true'],
    [`${route} add default via ${router} dev LINK`, `${route} del default`],
    FLUSH,
  ]);
  const asked = { host, from };
  expect(isAnswered(host, from)).toBe(true);
  expect((await verdict(asked)).verdict).toBe('pass');
  served.change([[`${route} replace default dev LINK`, 'true']]);
  expect(isAnswered(host, from)).toBe(false);
  const found = await verdict(asked);
  expect(found.verdict).toBe('unproven');
  expect(found.why).toMatch(/its default route leads by v\w+ without a gateway/);
  // Who is on the link is found.
  expect(isAnswered(host, router)).toBe(true);
  expect((await verdict({ host, from: router })).verdict).toBe('pass');
});
