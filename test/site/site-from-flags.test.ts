import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/input-error.ts';
import { formatAddress } from '../../src/net/address.ts';
import { formatPrefix, parsePrefix } from '../../src/net/prefix.ts';
import { siteFromFlags, type SiteFlags } from '../../src/site/site-from-flags.ts';

function hostsOf(flags: SiteFlags, names = true): readonly string[] {
  return siteFromFlags(flags, { names }).hosts.map(
    ({ key, name, addresses, instances, allocator }) =>
      `${key} ${name ?? '-'} ${addresses.map(formatAddress).join()} ${instances}${allocator ? '+' : ''}`,
  );
}

describe('a site of flags', () => {
  test('nothing said: this machine, one instance, an allocator', () => {
    expect(hostsOf({})).toEqual(['localhost -  1+']);
    expect(siteFromFlags({}, { names: false })).toMatchObject({
      source: 'flags',
      reading: 'auto',
      portOffset: 0,
    });
  });

  test('every host is alike; addresses are written in one way, names stay', () => {
    const host = ['10.20.0.11', 'FD00:20:0::11', 'maps-b.example'];
    expect(hostsOf({ host, instances: 3, allocator: false })).toEqual([
      '10.20.0.11 - 10.20.0.11 3',
      'fd00:20::11 - fd00:20::11 3',
      'maps-b.example maps-b.example  3',
    ]);
  });

  test('a role said twice is both, one not said is null', () => {
    const allow = ['10.0.0.0/8', 'fd00::/8'].map((text) => ({
      role: 'client' as const,
      prefixes: [parsePrefix(text, 'test')],
    }));
    const { peers } = siteFromFlags({ allow }, { names: false });
    expect(peers.client?.map(formatPrefix)).toEqual(['10.0.0.0/8', 'fd00::/8']);
    expect(peers.web).toBeNull();
  });

  test.each([
    [['10.0.0.1', '10.0.0.1'], '"10.0.0.1" is given twice'],
    [['maps-a', 'MAPS-A'], '"MAPS-A" is given twice'],
    [['0.0.0.0'], '"0.0.0.0" is the unspecified address'],
    [['::'], '"::" is the unspecified address'],
    [['224.0.0.251'], 'multicast'],
    [['ff02::fb'], 'multicast'],
    [['255.255.255.255'], 'broadcast'],
    [['http://maps-a'], 'without a URL'],
  ])('%j: refused', (host, message) => {
    expect(() => hostsOf({ host })).toThrow(InputError);
    expect(() => hostsOf({ host })).toThrow(message);
  });

  test('a name only where names are resolved', () => {
    expect(() => hostsOf({ host: ['maps-a'] }, false)).toThrow('"maps-a" is not an IP address');
  });
});
