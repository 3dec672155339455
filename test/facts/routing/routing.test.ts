import { expect, test } from 'vitest';
import { parseRules } from '../../../src/facts/routing/routing-rule.ts';
import { parseRoutes } from '../../../src/facts/routing/routing.ts';
import { sourceInterfaces } from '../../../src/facts/routing/source-interfaces.ts';
import { parseAddress } from '../../../src/net/address.ts';
import { formatPrefix } from '../../../src/net/prefix.ts';

/** As `ip -j` of iproute2 6.1 prints them. */
const LOCAL = { type: 'local', dst: '10.20.0.11', dev: 'eth0', table: 'local', flags: [] };
const EVERYBODY = [
  { priority: 0, src: 'all', table: 'local' },
  { priority: 32_766, src: 'all', table: 'main' },
  { priority: 32_767, src: 'all', table: 'default' },
];

function waysTo(
  destination: string,
  routes: readonly object[],
  rules: readonly object[] = EVERYBODY,
): string[] {
  const routing = {
    ...parseRoutes(JSON.stringify(routes), 4),
    rules: parseRules(JSON.stringify(rules), 4),
  };
  return sourceInterfaces(routing, parseAddress(destination, 'test')).map(
    ({ from, name }) => `${formatPrefix(from)} ${name ?? '?'}`,
  );
}

test('the longest prefix first, and nothing where no route is', () => {
  expect(
    waysTo('10.20.0.11', [
      { dst: 'default', gateway: '10.20.0.1', dev: 'eth0', flags: [] },
      { dst: '10.30.0.0/16', dev: 'eth1', flags: [] },
      { dst: '10.30.5.0/24', dev: 'eth2', flags: [] },
      LOCAL,
    ]),
  ).toEqual(['10.30.5.0/24 eth2', '10.30.0.0/16 eth1', '0.0.0.0/0 eth0', '0.0.0.0/0 ?']);
});

test('of two routes the one of lower metric; of equal ones neither', () => {
  const routes = (metric: number): readonly object[] => [
    { dst: '10.30.0.0/16', dev: 'eth1', metric: 100, flags: [] },
    { dst: '10.30.0.0/16', dev: 'eth2', metric, flags: [] },
  ];
  expect(waysTo('10.20.0.11', routes(50))[0]).toBe('10.30.0.0/16 eth2');
  expect(waysTo('10.20.0.11', routes(100))[0]).toBe('10.30.0.0/16 ?');
});

test('several next hops, a route that leads nowhere and a dead one', () => {
  expect(
    waysTo('10.20.0.11', [
      { dst: '10.1.0.0/16', nexthops: [{ dev: 'eth1' }, { dev: 'eth2' }], flags: [] },
      { dst: '10.2.0.0/16', nexthops: [{ dev: 'eth1' }, { dev: 'eth1' }], flags: [] },
      { type: 'blackhole', dst: '10.3.0.0/16', flags: [] },
      { dst: '10.4.0.0/16', dev: 'eth4', flags: ['dead', 'linkdown'] },
    ]),
  ).toEqual(['10.1.0.0/16 ?', '10.2.0.0/16 eth1', '10.3.0.0/16 ?', '0.0.0.0/0 ?']);
});

test('rules choose the table by the address that was asked', () => {
  const routes = [
    { dst: 'default', dev: 'eth0', flags: [] },
    { dst: 'default', dev: 'eth1', table: '100', flags: [] },
  ];
  const rules = [EVERYBODY[0]!, { priority: 100, src: '10.21.0.0', srclen: 16, table: '100' }, EVERYBODY[1]!];
  expect(waysTo('10.20.0.11', routes, rules)[0]).toBe('0.0.0.0/0 eth0');
  expect(waysTo('10.21.0.11', routes, rules)[0]).toBe('0.0.0.0/0 eth1');
});

test('after a rule that asks for more, nothing is known', () => {
  const routes = [
    { dst: 'default', dev: 'eth0', flags: [] },
    { dst: '10.9.0.0/16', dev: 'wg0', table: '51820', flags: [] },
  ];
  const marked = { priority: 200, src: 'all', not: null, fwmark: '0xca6c', table: '51820' };
  expect(waysTo('10.20.0.11', routes, [EVERYBODY[0]!, marked, EVERYBODY[1]!])).toEqual(['0.0.0.0/0 ?']);
});

test('a rule that ignores short prefixes', () => {
  const routes = [
    { dst: 'default', dev: 'eth0', flags: [] },
    { dst: '10.30.0.0/16', dev: 'eth1', flags: [] },
  ];
  const rules = [{ priority: 1, src: 'all', table: 'main', suppress_prefixlen: 0 }];
  expect(waysTo('10.20.0.11', routes, rules)).toEqual(['10.30.0.0/16 eth1', '0.0.0.0/0 ?']);
});

test('a route for some packets only leaves the way open', () => {
  const route = { dst: '10.30.0.0/16', dev: 'eth1', flags: [] };
  expect(waysTo('10.20.0.11', [{ ...route, tos: '0x10' }])[0]).toBe('10.30.0.0/16 ?');
  expect(waysTo('10.20.0.11', [route])[0]).toBe('10.30.0.0/16 eth1');
});

test('a tunnel of a route has a key of the same name as what the route is for', () => {
  // As iproute2 6.1 prints them.
  const output = `[{"dst":"10.30.0.0/24","encap":"ip","id":5,"src":"0.0.0.0","dst":"10.20.0.9","ttl":0,"tos":0,"dev":"eth0","flags":[]},
{"dst":"10.31.0.0/24","flags":[],"nexthops":[{"encap":"mpls","dst":"100","gateway":"10.20.0.8","dev":"eth0"},{"gateway":"10.20.0.7","dev":"eth0"}]},
{"dst":"10.32.0.0/24","nhid":9,"encap":"seg6","mode":"inline","segs":["fd99::1"],"dev":"eth0","flags":[]},
{"dst":"10.33.0.0/24","dev":"eth0","flags":[]}]`;
  expect(
    parseRoutes(output, 4).routes.map(({ to, isEncapsulating }) => [formatPrefix(to), isEncapsulating]),
  ).toEqual([
    ['10.30.0.0/24', true],
    ['10.31.0.0/24', true],
    ['10.32.0.0/24', true],
    ['10.33.0.0/24', false],
  ]);
});
