import { expect, test } from 'vitest';
import { linuxFacts } from '../../src/facts/linux-facts.ts';
import type { MachineFacts } from '../../src/facts/machine-facts.ts';

/** With these `rp_filter` settings, one a word: `all=0 eth0=1`. */
function strictOf(settings: string): MachineFacts['strict'][4] {
  return factsOf(settings.replaceAll(/(\S+)=(\d)\s?/g, 'net/ipv4/conf/$1/rp_filter = $2\n')).strict[4];
}

function factsOf(output: string, addresses = '[]'): MachineFacts {
  const ran = { command: '', exitCode: 0, errors: '' };
  return linuxFacts({
    ...{ schemaVersion: 1, kind: 'machine', platform: 'linux', collectedAt: '2026-11-29T08:00:00Z' },
    host: 'maps-a',
    commands: [
      { ...ran, id: 'settings', output },
      { ...ran, id: 'addresses', output: addresses },
    ],
  });
}

test.each([
  ['all=0 default=0 lo=0 eth0=1 eth1=1', 'every'],
  ['all=1 default=0 lo=0 eth0=0', 'every'],
  ['all=0 default=1 lo=1 eth0=0', new Set()],
  ['all=2 default=1 lo=1 eth0=1', new Set()],
  ['all=0 eth0=0 eth1=1', new Set(['eth1'])],
  ['all=1 eth0=2 eth1=1', new Set(['eth1'])],
  // Names that begin as those of no interface do.
  ['all=0 eth0=1 lobby=0', new Set(['eth0'])],
  ['all=0 eth0=1 allocators=2', new Set(['eth0'])],
  ['all=1 default=1', new Set()],
])('%s: strict is %s', (settings, expected) => {
  expect(strictOf(settings)).toEqual(expected);
});

test('iptables-nft shows its own tables alone: without nft there may be others', () => {
  const of = (...ids: readonly string[]) =>
    linuxFacts({
      ...{ schemaVersion: 1, kind: 'machine', platform: 'linux', collectedAt: '2026-11-29T08:00:00Z' },
      host: 'maps-a',
      commands: [...ids, 'ipsec', 'ipsec-default', 'filters', 'neighbours'].map((id) => ({
        id,
        command: id,
        exitCode: 0,
        output: '',
        errors: '',
      })),
    }).withoutTables;
  expect(of('iptables-nft', 'ip6tables-nft')).toContain('nft could not be run there');
  expect(of('iptables-nft', 'nft')).toBeNull();
  expect(of('iptables-legacy')).toBeNull();
});

test('a file of an older collector is taken to have nothing of what was not asked, and says so', () => {
  expect(factsOf('').assumptions).toEqual([
    'maps-a has no policies of IPsec (collected by an older vwaudit)',
    'maps-a has no default policy of IPsec that drops (collected by an older vwaudit)',
    'maps-a has no filters of tc (collected by an older vwaudit)',
    'maps-a has no link addresses of neighbours set by hand (collected by an older vwaudit)',
  ]);
});

test('the larger arp_ignore of an interface and of all counts', () => {
  const of = (all: number, eth0: number): MachineFacts =>
    factsOf(
      `net/ipv4/conf/all/arp_ignore = ${all}\nnet/ipv4/conf/eth0/arp_ignore = ${eth0}\n`,
      '[{"ifname":"eth0","addr_info":[]}]',
    );
  expect(of(0, 0)).toMatchObject({ obstacles: [], limitedArp: [] });
  expect(of(1, 0).limitedArp).toMatchObject([{ interface: 'eth0' }]);
  expect(of(0, 8).obstacles).toMatchObject([{ interface: 'eth0', families: [4], neighbours: 'all' }]);
  expect(of(8, 1).obstacles).toMatchObject([{ interface: 'eth0' }]);
});

test.each([
  ['ipv4/ip_forward=1 ipv4/conf/eth0/forwarding=1', 4, true],
  ['ipv4/ip_forward=0 ipv4/conf/all/forwarding=0 ipv4/conf/eth0/forwarding=0', 4, false],
  ['ipv4/ip_forward=0 ipv4/conf/eth0/forwarding=0 ipv4/conf/eth1/forwarding=1', 4, null],
  // A file of an older collector does not tell what its interfaces have.
  ['ipv4/ip_forward=0', 4, null],
  ['ipv4/ip_forward=1', 4, null],
  ['ipv4/ip_forward=1 ipv4/conf/eth0/forwarding=1 ipv4/conf/eth1/forwarding=0', 4, null],
  ['ipv6/conf/all/forwarding=1 ipv6/conf/eth0/forwarding=0', 6, true],
  ['ipv6/conf/all/forwarding=0 ipv6/conf/eth0/forwarding=1', 6, false],
  ['ipv6/conf/all/forwarding=0 ipv6/conf/eth0/forwarding=0 ipv6/conf/eth0/force_forwarding=1', 6, null],
  ['ipv6/conf/all/forwarding=0', 6, null],
  ['', 6, null],
] as const)('%s: IPv%i is forwarded: %s', (settings, family, expected) => {
  const output = settings.replaceAll(/(\S+)=(\d)\s?/g, 'net/$1 = $2\n');
  expect(factsOf(output).isForwarding[family]).toBe(expected);
});
