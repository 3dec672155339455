import { describe, expect, test } from 'vitest';
import { formatAddress, parseAddress, type Address } from '../../src/net/address.ts';
import { flowsFrom } from '../../src/ports/flows.ts';
import type { Role, Vantage } from '../../src/deployment/role.ts';
import { host, siteOf } from './site.ts';

const A = host('maps-a', 2, true, ['10.20.0.11']);
const B = host('maps-b', 1, false, ['10.21.0.12']);

type Stated = Partial<Record<Role, readonly string[]>>;

/** Endpoint at `maps-a` → why this place does not speak for the role there. */
function seen(vantage: Vantage, from: string, stated: Stated, hosts = [A]) {
  const isOwn = (address: Address) => formatAddress(address) === from;
  const standpoint = { vantage, sourceTo: () => parseAddress(from, 'test'), isOwn };
  const { flows } = flowsFrom(standpoint, siteOf(hosts, { peers: stated }));
  return Object.fromEntries(
    flows
      .filter(({ host: { key } }) => key === 'maps-a')
      .map(({ endpoint, misplaced }) => [endpoint.id, misplaced?.why ?? 'speaks']),
  );
}

const all = (answers: Readonly<Record<string, string>>) => [...new Set(Object.values(answers))];

describe('over loopback', () => {
  test.each<[Vantage, string]>([
    ['client', 'own-machine'],
    ['web', 'own-machine'],
    // They run on the host itself.
    ['server', 'speaks'],
    ['allocator', 'speaks'],
    ['config-tool', 'speaks'],
  ])('as %s: %s', (vantage, why) => {
    expect(all(seen(vantage, '10.20.0.11', {}))).toEqual([why]);
  });

  test('as everybody: what others need is not proven, what runs on the host itself is', () => {
    const answers = seen('all', '10.20.0.11', { web: [] });
    expect(answers).toMatchObject({
      ...{ 'server-1.client': 'own-machine', 'server-2.client': 'own-machine' },
      ...{ 'server-1.config': 'speaks', 'server-1.http': 'speaks', 'server-1.udp': 'speaks' },
    });
    expect(seen('all', '10.20.0.11', { web: ['10.9.0.0/16'] })).toMatchObject({
      'server-1.http': 'own-machine',
    });
    expect(seen('all', '10.20.0.11', {}, [A, B])).toMatchObject({ 'server-1.client': 'own-machine' });
  });

  test.each([
    ['127.0.0.1', null, 'speaks'],
    ['127.0.0.1', 'localhost', 'speaks'],
    // Debian writes the name of the machine itself beside it.
    ['127.0.1.1', 'maps-a', 'own-machine'],
    ['10.20.0.11', 'maps-a', 'own-machine'],
  ])('as everybody at %s (%s): %s', (address, name, why) => {
    const machine = { ...host('maps-a', 1, false, [address]), name };
    expect(seen('all', address, {}, [machine])).toMatchObject({ 'server-1.client': why });
  });

  test('a configuration tool stated elsewhere is not here; one stated here is', () => {
    expect(all(seen('config-tool', '10.20.0.11', { 'config-tool': ['10.20.9.5'] }))).toEqual(['own-machine']);
    expect(all(seen('config-tool', '10.20.0.11', { 'config-tool': ['10.20.0.11'] }))).toEqual(['speaks']);
    expect(all(seen('client', '10.20.0.11', { client: ['10.20.0.0/24'] }))).toEqual(['own-machine']);
  });
});

describe('from another machine', () => {
  test.each<[Vantage, string, Stated, string]>([
    ['client', '10.30.0.7', { client: ['10.99.0.0/16'] }, 'wrong-address'],
    ['client', '10.30.0.7', { client: ['10.30.0.0/16'] }, 'speaks'],
    ['client', '10.30.0.7', {}, 'speaks'],
    ['web', '10.30.0.7', { web: [] }, 'wrong-address'],
    ['config-tool', '10.30.0.7', {}, 'speaks'],
    ['outsider', '10.30.0.7', { client: ['10.30.0.0/16'] }, 'wrong-address'],
    ['outsider', '10.31.0.7', { client: ['10.30.0.0/16'] }, 'speaks'],
    ['outsider', '10.30.0.7', {}, 'speaks'],
    ['all', '10.30.0.7', { client: ['10.99.0.0/16'] }, 'speaks'],
  ])('as %s from %s, stated %o: %s', (vantage, from, stated, why) => {
    expect(all(seen(vantage, from, stated))).toEqual([why]);
  });

  test('what the address needs in a role it is stated for is seen as it should be', () => {
    const stated = { client: ['10.30.0.0/16'], 'config-tool': ['10.20.9.5'] };
    expect(seen('config-tool', '10.30.0.7', stated)).toMatchObject({
      'server-1.client': 'speaks',
      'server-1.config': 'wrong-address',
      'server-1.http': 'wrong-address',
    });
  });

  test('hosts of the site are servers; another machine is none', () => {
    expect(all(seen('server', '10.21.0.12', {}, [A, B]))).toEqual(['speaks']);
    expect(all(seen('server', '10.40.0.1', {}, [A, B]))).toEqual(['wrong-address']);
    expect(all(seen('outsider', '10.21.0.12', {}, [A, B]))).toEqual(['wrong-address']);
  });
});

test('as everybody: a role without a family of addresses in common with the host', () => {
  const answers = seen('all', '10.20.0.5', { client: ['fd00:30::/48'], web: ['10.30.0.0/16', 'fd00::/64'] });
  expect(answers).toMatchObject({
    ...{ 'server-1.client': 'no-common-family', 'allocator.client': 'no-common-family' },
    ...{ 'server-1.config': 'speaks', 'server-1.http': 'speaks' },
  });
  const both = host('maps-a', 2, true, ['10.20.0.11', 'fd00:20::11']);
  expect(seen('all', '10.20.0.5', { client: ['fd00:30::/48'] }, [both])).toMatchObject({
    'server-1.client': 'speaks',
  });
});
