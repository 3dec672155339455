import { describe, expect, test } from 'vitest';
import { formatPrefix } from '../../src/net/prefix.ts';
import { formatPortRange } from '../../src/net/port-range.ts';
import { gatewayPolicy, hostPolicy, type Accept, type PortsAt } from '../../src/rules/policy/policy.ts';
import { makeHost, makeSite, thisMachine } from './sites.ts';

const A = makeHost('maps-a', ['10.20.0.11', 'fd00:20::11'], 4);
const B = makeHost('maps-b', ['10.20.0.12'], 2, false);
const C = makeHost('maps-c', ['10.20.0.13'], 2, false);
const ALLOCATOR_ONLY = makeHost('alloc', ['10.20.0.20'], 0, true);

const target = ({ transport, ports, destinations }: PortsAt): string =>
  [
    ...(destinations?.map(formatPrefix) ?? []),
    transport,
    ...ports.map((range) => formatPortRange(range)),
  ].join(' ');
const accept = (one: Accept): string =>
  `${one.roles.join('+')} ${one.sources.map(formatPrefix).join(' ')} > ${target(one)}`;

describe('one machine', () => {
  test('nobody stated: clients from anywhere, everything of Viz World refused to the rest', () => {
    const host = thisMachine(4);
    const { accepts, refusals } = hostPolicy(host, makeSite([host]));
    expect(accepts.map(accept)).toEqual(['client 0.0.0.0/0 ::/0 > tcp 102 10100-10103']);
    expect(refusals.map(target)).toEqual(['tcp 102-103 10100-10103 10301-10304', 'udp 10100 10200-10203']);
  });

  test('without an allocator there is no UDP', () => {
    const host = thisMachine(1, false);
    const { refusals } = hostPolicy(host, makeSite([host]));
    expect(refusals.map(target)).toEqual(['tcp 102-103 10301']);
  });

  test('prefixes that overlap or touch are one', () => {
    const host = thisMachine();
    const site = makeSite([host], {
      client: ['10.0.0.0/25', '10.0.0.128/25', '10.0.0.7', 'fd00::/64', 'fd00::1'],
    });
    expect(hostPolicy(host, site).accepts.map(accept)).toEqual([
      'client 10.0.0.0/24 fd00::/64 > tcp 102 10100',
    ]);
  });

  test('a port for two roles has the sources of both', () => {
    const host = thisMachine();
    const site = makeSite([host], { client: [], web: ['10.9.0.1'], allocator: ['10.9.0.0'] });
    expect(hostPolicy(host, site).accepts.map(accept)).toEqual([
      'allocator+web 10.9.0.0/31 > tcp 10301',
      'allocator 10.9.0.0 > udp 10100 10200',
    ]);
  });

  test('nobody is nobody', () => {
    const host = thisMachine();
    expect(hostPolicy(host, makeSite([host], { client: [] })).accepts).toEqual([]);
  });
});

describe('several hosts: servers and allocators meet, never servers and servers', () => {
  const site = makeSite([A, B, C], { client: ['10.30.0.0/16'] });

  test('a host with an allocator', () => {
    expect(hostPolicy(A, site).accepts.map(accept)).toEqual([
      'client 10.30.0.0/16 > tcp 102 10100-10103',
      'server 10.20.0.12/31 > udp 10100 10200-10203',
    ]);
  });

  test.each([B, C])('a server host: $key', (host) => {
    const { accepts, refusals } = hostPolicy(host, site);
    expect(accepts.map(accept)).toEqual([
      'client 10.30.0.0/16 > tcp 102 10101',
      'allocator 10.20.0.11 fd00:20::11 > tcp 10301-10302',
      'allocator 10.20.0.11 fd00:20::11 > udp 10100 10200-10201',
    ]);
    // UDP 10100 is the other reading's.
    expect(refusals.map(target)).toEqual(['tcp 102-103 10101 10301-10302', 'udp 10100 10200-10201']);
  });

  test('an allocator alone gets the other reading of its UDP ports too', () => {
    const alone = makeSite([ALLOCATOR_ONLY, B]);
    const { accepts, refusals } = hostPolicy(ALLOCATOR_ONLY, alone);
    expect(accepts.map(accept)).toEqual([
      'client 0.0.0.0/0 ::/0 > tcp 10100',
      'server 10.20.0.12 > udp 10100 10200-10201',
    ]);
    expect(refusals.map(target)).toEqual(['tcp 10100', 'udp 10100 10200-10201']);
  });

  test.each([
    ['example', 'server 10.20.0.12 > udp 10100'],
    ['table', 'server 10.20.0.12 > udp 10200-10201'],
  ] as const)('one reading, one side: %s', (reading, wanted) => {
    const alone = makeSite([ALLOCATOR_ONLY, B], { client: [] }, { reading });
    expect(hostPolicy(ALLOCATOR_ONLY, alone).accepts.map(accept)).toEqual([wanted]);
  });
});

describe('gateway', () => {
  test('hosts that are alike share their rules', () => {
    const site = makeSite([A, B, C], { client: ['10.30.0.0/16'] });
    const { accepts, refusals } = gatewayPolicy(site);
    expect(accepts.map(accept)).toEqual([
      'client 10.30.0.0/16 > 10.20.0.11 fd00:20::11 tcp 102 10100-10103',
      'server 10.20.0.12/31 > 10.20.0.11 fd00:20::11 udp 10100 10200-10203',
      'client 10.30.0.0/16 > 10.20.0.12 10.20.0.13 tcp 102 10101',
      'allocator 10.20.0.11 fd00:20::11 > 10.20.0.12 10.20.0.13 tcp 10301-10302',
      'allocator 10.20.0.11 fd00:20::11 > 10.20.0.12 10.20.0.13 udp 10100 10200-10201',
    ]);
    expect(refusals.map(target)).toEqual([
      '10.20.0.11 fd00:20::11 tcp 102-103 10100-10103 10301-10304',
      '10.20.0.11 fd00:20::11 udp 10100 10200-10203',
      '10.20.0.12 10.20.0.13 tcp 102-103 10101 10301-10302',
      '10.20.0.12 10.20.0.13 udp 10100 10200-10201',
    ]);
  });

  test('a host without an address can not be behind one', () => {
    expect(() => gatewayPolicy(makeSite([thisMachine()]))).toThrow(
      /localhost has none; give it, for example with --host 10\.20\.0\.11/,
    );
  });
});
