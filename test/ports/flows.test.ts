import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../src/net/address.ts';
import { flowsFrom } from '../../src/ports/flows.ts';
import { exploratoryProbes } from '../../src/ports/exploratory-probes.ts';
import type { Vantage } from '../../src/deployment/role.ts';
import type { Site } from '../../src/deployment/site.ts';
import { host, siteOf } from './site.ts';

const a = host('a', 2, true, ['10.0.0.1']);
const b = host('b', 1, false, ['10.0.0.2']);
const peers = { client: ['10.30.0.0/16'], 'config-tool': ['10.30.9.5'], web: ['10.40.0.0/16'] };

function plan(vantage: Vantage, site: Site, { from = '192.0.2.1', own = [] as string[] } = {}) {
  const isOwn = (address: { value: bigint }) =>
    own.some((text) => parseAddress(text, 'test').value === address.value);
  return flowsFrom({ vantage, sourceTo: () => parseAddress(from, 'test'), isOwn }, site);
}

const reachable = (vantage: Vantage, site: Site, options = {}) =>
  plan(vantage, site, options)
    .flows.filter(({ expected }) => expected === 'reachable')
    .map(({ host: { key }, endpoint }) => `${key}/${endpoint.id}`);

describe('what a vantage point expects', () => {
  const site = siteOf([a, b], { peers });

  test('all: everything reachable, nothing forbidden or left out', () => {
    const { flows, omitted } = plan('all', site);
    expect(flows.every(({ expected }) => expected === 'reachable')).toBe(true);
    expect(flows).toHaveLength(2 * 3 + 3 + 4);
    expect(omitted).toEqual([]);
  });

  test('outsider: everything blocked', () => {
    const { flows, omitted } = plan('outsider', site);
    expect(flows.every(({ expected }) => expected === 'blocked')).toBe(true);
    expect(flows).toHaveLength(13);
    expect(omitted).toEqual([]);
  });

  test.each([
    ['client', ['a/server-1.client', 'a/allocator.client', 'a/server-2.client', 'b/server-1.client']],
    ['config-tool', ['a/server-1.config', 'b/server-1.config']],
    ['web', ['a/server-1.http', 'a/server-2.http', 'b/server-1.http']],
  ] as const)('%s: its audience reachable, the rest blocked', (vantage, expected) => {
    expect(reachable(vantage, site)).toEqual(expected);
    expect(plan(vantage, site).flows).toHaveLength(13);
  });

  test('an administrator inside the client network has the rights of both', () => {
    expect(reachable('config-tool', site, { from: '10.30.9.5' })).toEqual([
      ...['a/server-1.client', 'a/server-1.config', 'a/allocator.client', 'a/server-2.client'],
      ...['b/server-1.client', 'b/server-1.config'],
    ]);
  });

  test('never server to server, once the reading is decided', () => {
    const decided = siteOf([a, b], { peers, reading: 'example' });
    expect(reachable('server', decided)).toEqual(['a/allocator.udp']);
    expect(reachable('allocator', decided, { from: '10.0.0.9' })).toEqual([
      ...['a/server-1.http', 'a/server-2.http', 'a/server-1.udp', 'a/server-2.udp'],
      ...['b/server-1.http', 'b/server-1.udp'],
    ]);
  });

  test('where nobody stated the clients, their ports are neither required of others nor forbidden', () => {
    const { flows, omitted } = plan('config-tool', siteOf([b, a]));
    expect(flows.some(({ endpoint }) => endpoint.id.endsWith('.client'))).toBe(false);
    expect(omitted.map(({ flow }) => flow.endpoint.id)).toContain('server-1.client');
    expect(omitted[0]?.reason).toMatch(/the addresses of client are not stated/);
  });

  test('on an address of its own nothing is forbidden', () => {
    const { flows, omitted } = plan('client', site, { own: ['10.0.0.1'] });
    expect(
      flows.filter(({ host: { key } }) => key === 'a').every(({ expected }) => expected === 'reachable'),
    ).toBe(true);
    expect(omitted.every(({ flow }) => flow.host.key === 'a')).toBe(true);
  });

  test('ids name the role, the host, the endpoint and the address', () => {
    expect(plan('client', site).flows[0]?.id).toBe('client>a/server-1.client@10.0.0.1');
  });
});

describe('scouts', () => {
  const ports = (site: Site) =>
    exploratoryProbes(site).map(({ kind, endpoint, host: { key } }) => `${key} ${kind} ${endpoint.port}`);

  test('two instances beyond the stated ones, and the HTTP port only the other reading has', () => {
    expect(ports(siteOf([host('a', 4, true, ['10.0.0.1'])]))).toEqual([
      ...[
        'a extra-instance 10104',
        'a extra-instance 10105',
        'a extra-instance 10305',
        'a extra-instance 10306',
      ],
      'a other-reading 10300',
    ]);
    expect(ports(siteOf([host('a', 1, true, ['10.0.0.1'])], { reading: 'table' }))).toContain(
      'a other-reading 10301',
    );
  });

  test('none beyond the limit of the scheme, none without an allocator, none without an address', () => {
    expect(ports(siteOf([host('a', 201, true, ['10.0.0.1'])]))).toEqual([]);
    expect(ports(siteOf([host('a', 200, true, ['10.0.0.1'])]))).toContain('a extra-instance 10501');
    expect(ports(siteOf([host('a', 1, false, ['10.0.0.1'])]))).toEqual(['a other-reading 10300']);
    expect(ports(siteOf([host('a', 4, true)]))).toEqual([]);
  });

  test('never a port that is expected anyway', () => {
    for (const instances of [1, 4, 100, 199, 200, 201]) {
      const site = siteOf([host('a', instances, true, ['10.0.0.1'])]);
      const expected = new Set(
        plan('all', site).flows.map(({ endpoint }) => `${endpoint.transport}/${endpoint.port}`),
      );
      for (const { endpoint } of exploratoryProbes(site))
        expect(expected).not.toContain(`${endpoint.transport}/${endpoint.port}`);
    }
  });
});
