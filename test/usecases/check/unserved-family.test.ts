import { describe, expect, test } from 'vitest';
import { parseAddress, type Family } from '../../../src/net/address.ts';
import { flowsFrom, flowAt } from '../../../src/ports/flows.ts';
import { THIS_MACHINE } from '../../../src/deployment/site.ts';
import type { Listener } from '../../../src/sockets/socket-table.ts';
import { unservedFamily } from '../../../src/usecases/check/unserved-family.ts';
import { host, siteOf } from '../../ports/site.ts';

const at = (text: string) => parseAddress(text, 'test');

const BOTH = [at('127.0.0.1'), at('::1'), at('10.20.0.11'), at('fd00:20::11'), at('fe80::1')];

function listener(bound: string, servesBoth: boolean | null = false): Listener {
  const family: Family = bound.includes(':') ? 6 : 4;
  const address = bound === '::' || bound === '0.0.0.0' ? null : at(bound);
  return { transport: 'tcp', family, address, servesBoth, port: 102, pid: 1, process: 'viz' };
}

/** The family of clients that the listeners of port 102 leave out. */
function unserved(
  bound: readonly Listener[],
  {
    client,
    families = null,
    own = BOTH,
    answered = '127.0.0.1',
  }: { client?: string[]; families?: Family[] | null; own?: typeof BOTH; answered?: string } = {},
) {
  const asked = families?.[0] === 6 ? '::1' : '127.0.0.1';
  const one = { ...host(THIS_MACHINE, 1, true, [asked]) };
  const site = siteOf([one], client === undefined ? {} : { peers: { client } });
  const { flows } = flowsFrom({ vantage: 'all', sourceTo: () => null, isOwn: () => true }, site);
  const flow = flows.find(({ endpoint }) => endpoint.id === 'server-1.client')!;
  const roles = ['client'] as const;
  return unservedFamily(flowAt(flow, at(answered)), bound, site, { roles, families, own });
}

describe('which family of others no listener serves', () => {
  test('IPv6 alone leaves out IPv4, unless everybody uses IPv6', () => {
    expect(unserved([listener('::')], { answered: '::1' })).toBe(4);
    expect(unserved([listener('fd00:20::11')], { answered: 'fd00:20::11' })).toBe(4);
    expect(unserved([listener('::'), listener('127.0.0.1')])).toBe(4);
    expect(unserved([listener('::')], { answered: '::1', client: ['fd00:30::/48'] })).toBeNull();
    expect(unserved([listener('::')], { answered: '::1', families: [6] })).toBeNull();
    expect(unserved([listener('::')], { answered: '::1', own: [at('::1'), at('fd00:20::11')] })).toBeNull();
  });

  test('IPv4 alone leaves out IPv6 only where it is stated or asked for', () => {
    expect(unserved([listener('0.0.0.0')])).toBeNull();
    expect(unserved([listener('0.0.0.0')], { client: ['10.30.0.0/16', 'fd00:30::/48'] })).toBe(6);
    expect(unserved([listener('0.0.0.0')], { families: [6] })).toBe(6);
    expect(unserved([listener('0.0.0.0')], { client: ['fd00:30::/48'], families: [4] })).toBeNull();
    expect(
      unserved([listener('0.0.0.0')], { families: [6], own: [at('10.20.0.11'), at('fe80::1')] }),
    ).toBeNull();
  });

  test('clients have addresses of the family only that this machine has none of', () => {
    const own = [at('10.20.0.11'), at('fe80::1')];
    expect(unserved([listener('0.0.0.0')], { client: ['fd00:30::/48'], own })).toBe(6);
    expect(unserved([listener('0.0.0.0')], { client: ['10.30.0.0/16'], own })).toBeNull();
    expect(unserved([listener('0.0.0.0')], { client: ['fd00:30::/48'], own: [at('127.0.0.1')] })).toBeNull();
  });

  test('a socket of both families serves both; where that is not known, what IPv4 loopback said decides', () => {
    const stated = { client: ['10.30.0.0/16', 'fd00:30::/48'] };
    expect(unserved([listener('::', true)], stated)).toBeNull();
    expect(unserved([listener('0.0.0.0'), listener('::')], stated)).toBeNull();
    expect(unserved([listener('::', null)])).toBeNull();
    expect(unserved([listener('::', null)], { answered: '::1' })).toBe(4);
  });

  test('nobody listens, or on loopback only: another finding says so', () => {
    expect(unserved([])).toBeNull();
    expect(unserved([listener('127.0.0.1')])).toBeNull();
  });
});
