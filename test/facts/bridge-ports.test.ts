import { expect, test } from 'vitest';
import { parseBridges, parseFixedPorts } from '../../src/facts/bridge-ports.ts';

const ORDINARY = `bridge br0 vlan_filtering 0
port p1 br0 state 3
port p1 br0 isolated 0
port p1 br0 unicast_flood 1
port p2 br0 state 3
port p2 br0 isolated 0
port p2 br0 unicast_flood 1
`;

const told = (output: string): readonly string[] =>
  parseBridges(output).doubts.map(
    ({ bridge, because: { port, does }, isOfMachine }) =>
      `${bridge} ${port} ${does}${isOfMachine ? ', the machine too' : ''}`,
  );

test('a bridge that passes everything', () => {
  expect(told(ORDINARY)).toEqual([]);
  expect(told('')).toEqual([]);
});

test.each([
  ['port p1 br0 isolated 0', 'port p1 br0 isolated 1', 'br0 p1 isolated'],
  ['port p2 br0 state 3', 'port p2 br0 state 4', 'br0 p2 not-forwarding'],
  ['port p2 br0 unicast_flood 1', 'port p2 br0 unicast_flood 0', 'br0 p2 no-flood'],
  ['vlan_filtering 0', 'vlan_filtering 1', 'br0 null vlan-filtering'],
])('%s → %s', (was, is, found) => {
  expect(told(ORDINARY.replace(was, is))).toEqual([found]);
});

test('a bridge of which no port forwards keeps everybody from the machine', () => {
  expect(told('bridge br0 vlan_filtering 0\nport p1 br0 state 0\n')).toEqual([
    'br0 p1 not-forwarding, the machine too',
  ]);
});

test('link addresses set by hand are those of state static, not its own', () => {
  const entries = [
    { mac: '33:33:00:00:00:01', ifname: 'p1', flags: ['self'], state: 'permanent' },
    { mac: '02:00:00:00:00:01', ifname: 'p1', master: 'br0', state: 'permanent' },
    { mac: '02:00:00:00:00:02', ifname: 'p1', master: 'br0', state: '' },
    { mac: '02:00:00:00:00:03', ifname: 'p2', master: 'br0', state: 'static' },
    { mac: '02:00:00:00:00:04', ifname: 'p2', master: 'br0', state: 'static' },
  ];
  expect(parseFixedPorts(JSON.stringify(entries), new Set(['02:00:00:00:00:01']))).toMatchObject([
    { bridge: 'br0', because: { port: 'p2', does: 'fixed' }, isOfMachine: true },
  ]);
  const [group, own, learned] = entries;
  expect(parseFixedPorts(JSON.stringify([group, own, learned]), new Set(['02:00:00:00:00:01']))).toEqual([]);
  // What is permanent is taken for the machine's own, whoever has it.
  expect(parseFixedPorts(JSON.stringify([own]), new Set())).toHaveLength(1);
  expect(parseFixedPorts('', new Set())).toEqual([]);
});
