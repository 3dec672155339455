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

test.each(CASES)('%s', async (_, changes, why) => {
  served.change(changes);
  expect(isAnswered()).toBe(false);
  const found = await verdict();
  expect(found.verdict).toBe('unproven');
  expect(found.why).toMatch(why);
});
