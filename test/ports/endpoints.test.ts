import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/input-error.ts';
import { endpointsOf, alternateUdpEndpoints } from '../../src/ports/endpoints.ts';
import { READINGS, type Reading } from '../../src/deployment/reading.ts';
import { host, single, siteOf } from './site.ts';

const endpoints = (instances: number, reading: Reading = 'auto', allocator = true) => {
  const { site, host } = single(instances, { reading }, allocator);
  return endpointsOf(host, site);
};
const ports = (instances: number, reading: Reading, allocator = true) =>
  endpoints(instances, reading, allocator).map(
    ({ port, transport, application }) => `${port}/${application ?? transport}`,
  );

describe("the guide's worked example", () => {
  test('four instances have exactly its 15 ports', () => {
    expect(ports(4, 'auto')).toEqual([
      ...['102/tcp', '103/tcp', '10100/tcp', '10101/tcp', '10102/tcp', '10103/tcp'],
      ...['10301/http', '10302/http', '10303/http', '10304/http'],
      ...['10100/udp', '10200/udp', '10201/udp', '10202/udp', '10203/udp'],
    ]);
  });

  test('the ids name the ports', () => {
    expect(endpoints(4).map(({ id, port }) => `${id} ${port}`)).toEqual([
      ...['server-1.client 102', 'server-1.config 103', 'allocator.client 10100'],
      ...['server-2.client 10101', 'server-3.client 10102', 'server-4.client 10103'],
      ...['server-1.http 10301', 'server-2.http 10302', 'server-3.http 10303', 'server-4.http 10304'],
      ...[
        'allocator.udp 10100',
        'server-1.udp 10200',
        'server-2.udp 10201',
        'server-3.udp 10202',
        'server-4.udp 10203',
      ],
    ]);
  });

  test('the table reading starts HTTP one lower', () => {
    expect(ports(2, 'table')).toContain('10300/http');
    expect(ports(2, 'table')).not.toContain('10302/http');
  });

  test('a lone server has no allocator ports and no UDP', () => {
    expect(ports(1, 'auto', false)).toEqual(['102/tcp', '103/tcp', '10301/http']);
  });
});

describe('roles follow the reading, ids do not', () => {
  const roles = (reading: Reading) =>
    Object.fromEntries(
      endpoints(1, reading)
        .filter(({ transport }) => transport === 'udp')
        .map(({ id, role, audience }) => [id, `${role} < ${audience.join()}`]),
    );

  test.each([
    ['example', { 'allocator.udp': 'allocator < server', 'server-1.udp': 'server < allocator' }],
    ['table', { 'allocator.udp': 'server < allocator', 'server-1.udp': 'allocator < server' }],
    [
      'auto',
      { 'allocator.udp': 'allocator < server,allocator', 'server-1.udp': 'server < allocator,server' },
    ],
  ] as const)('%s', (reading, expected) => {
    expect(roles(reading)).toEqual(expected);
  });

  test('disputed rows carry a note, the others none', () => {
    const noted = endpoints(4).filter(({ note }) => note !== null);
    expect([...new Set(noted.map(({ id }) => id.split('.')[1]))].sort()).toEqual(['http', 'udp']);
    expect(noted).toHaveLength(9);
  });

  test('every endpoint says which readings expect its port', () => {
    const of = (reading: Reading) =>
      Object.fromEntries(endpoints(1, reading).map(({ id, readings }) => [id, readings.join()]));
    expect(of('auto')).toMatchObject({
      'server-1.http': 'example',
      'server-1.udp': 'example,table',
      'server-1.client': 'example,table',
    });
    expect(of('table')).toMatchObject({ 'server-1.http': 'table' });
  });
});

describe('several hosts', () => {
  const allocator = host('a', 0, true, ['10.0.0.1']);
  const server = host('b', 2, false, ['10.0.0.2']);

  test('an allocator-only machine has the allocator ports, a server machine the rest', () => {
    const site = siteOf([allocator, server]);
    expect(endpointsOf(allocator, site).map(({ id }) => id)).toEqual(['allocator.client', 'allocator.udp']);
    expect(endpointsOf(server, site).map(({ id }) => id)).not.toContain('allocator.client');
    expect(endpointsOf(server, site).map(({ id }) => id)).toContain('server-2.udp');
  });

  test('under auto the UDP mirror is on the other host', () => {
    const site = siteOf([allocator, server]);
    expect(alternateUdpEndpoints(allocator, site).map(({ id }) => id)).toEqual([
      'server-1.udp',
      'server-2.udp',
    ]);
    expect(alternateUdpEndpoints(server, site).map(({ id }) => id)).toEqual(['allocator.udp']);
  });

  test.each(['example', 'table'] as const)('a decided reading (%s) has no mirror', (reading) => {
    expect(alternateUdpEndpoints(server, siteOf([allocator, server], { reading }))).toEqual([]);
  });

  test("table puts the UDP sockets where the guide's table has them", () => {
    const site = siteOf([allocator, server], { reading: 'table' });
    const udp = (of: typeof server) =>
      endpointsOf(of, site)
        .filter(({ transport }) => transport === 'udp')
        .map(({ id }) => id);
    expect(udp(allocator)).toEqual(['server-1.udp', 'server-2.udp']);
    expect(udp(server)).toEqual(['allocator.udp']);
  });

  test('an allocator outside the site is enough for several instances', () => {
    const lone = host('b', 2, false);
    expect(() => endpointsOf(lone, siteOf([lone]))).toThrow(/2 instances need an allocator/);
    const peers = { allocator: ['10.9.9.9'] };
    expect(endpointsOf(lone, siteOf([lone], { peers })).map(({ id }) => id)).toContain('server-2.udp');
  });
});

describe('limits', () => {
  const limit = { auto: 201, example: 201, table: 200 } as const;

  test.each(READINGS)('%s: every count up to the first collision has unique ports and ids', (reading) => {
    for (let instances = 1; instances <= limit[reading]; instances += 1) {
      const all = endpoints(instances, reading);
      expect(all).toHaveLength(instances * 3 + 3);
      expect(new Set(all.map(({ transport, port }) => `${transport}/${port}`)).size).toBe(all.length);
      expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    }
  });

  test.each([
    [
      'auto',
      202,
      'server-1.http and server-202.client would both be TCP 10301; give at most 201 instances on one host',
    ],
    [
      'example',
      202,
      'server-1.http and server-202.client would both be TCP 10301; give at most 201 instances on one host',
    ],
    [
      'table',
      201,
      'server-1.http and server-201.client would both be TCP 10300; give at most 200 instances on one host',
    ],
    [
      'auto',
      65535,
      'server-1.http and server-202.client would both be TCP 10301; give at most 201 instances on one host',
    ],
  ] as const)('%s: %i instances collide', (reading, instances, message) => {
    expect(() => endpoints(instances, reading)).toThrow(
      new InputError({ code: 'x', message: message.split('; ')[0]!, fix: message.split('; ')[1]! }).message,
    );
  });

  test('an offset shifts every port and nothing else, until one would be above 65535', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 201 }),
        fc.integer({ min: 0, max: 65535 }),
        (instances, portOffset) => {
          const { site, host } = single(instances, { portOffset });
          const plain = endpoints(instances);
          const highest = Math.max(...plain.map(({ port }) => port));
          if (highest + portOffset > 65535) expect(() => endpointsOf(host, site)).toThrow(InputError);
          else
            expect(endpointsOf(host, site)).toEqual(
              plain.map((endpoint) => ({ ...endpoint, port: endpoint.port + portOffset })),
            );
        },
      ),
    );
  });
});
