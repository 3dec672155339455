import { expect, test } from 'vitest';
import { linuxFacts } from '../../src/facts/linux-facts.ts';

/** With these `rp_filter` settings, one a word: `all=0 eth0=1`. */
function isStrict(settings: string): boolean {
  const output = settings.replaceAll(/(\S+)=(\d)\s?/g, 'net/ipv4/conf/$1/rp_filter = $2\n');
  const command = { id: 'settings', command: 'print_settings', exitCode: 0, output, errors: '' };
  return linuxFacts({
    ...{ schemaVersion: 1, kind: 'machine', platform: 'linux', collectedAt: '2026-11-29T08:00:00Z' },
    ...{ host: 'maps-a', commands: [command] },
  }).isStrict[4];
}

test.each([
  ['all=0 default=0 lo=0 eth0=1 eth1=1', true],
  ['all=1 default=0 lo=0 eth0=0', true],
  ['all=0 default=1 lo=1 eth0=0', false],
  ['all=2 default=1 lo=1 eth0=1', false],
  // Names that begin as those of no interface do.
  ['all=0 eth0=1 lobby=0', false],
  ['all=0 eth0=1 allocators=2', false],
  ['all=1 default=1', false],
])('%s: strict is %s', (settings, expected) => {
  expect(isStrict(settings)).toBe(expected);
});

test('iptables-nft shows its own tables alone: without nft, that there are no others is an assumption', () => {
  const of = (...ids: readonly string[]) =>
    linuxFacts({
      ...{ schemaVersion: 1, kind: 'machine', platform: 'linux', collectedAt: '2026-11-29T08:00:00Z' },
      host: 'maps-a',
      commands: ids.map((id) => ({ id, command: id, exitCode: 0, output: '', errors: '' })),
    }).assumptions;
  expect(of('iptables-nft', 'ip6tables-nft')).toEqual([
    expect.stringContaining('nft is not installed there'),
  ]);
  expect(of('iptables-nft', 'nft')).toEqual([]);
  expect(of('iptables-legacy')).toEqual([]);
});
