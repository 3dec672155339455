import { expect, test } from 'vitest';
import { linuxFacts } from '../../../src/facts/linux-facts.ts';
import { hasArpRules, parseTrafficFilters } from '../../../src/facts/routing/hidden-filters.ts';
import { wayAdvice } from '../../../src/verdict/advice/way-advice.ts';
import { say, stepText } from '../../../src/verdict/findings/step.ts';
import type { LinkObstacle } from '../../../src/facts/routing/link-obstacles.ts';

const DEVICES = [
  { ifname: 'lo', flags: ['UP', 'LOOPBACK'] },
  { ifname: 'eth0', flags: ['UP'], operstate: 'UP', master: 'bond0' },
  { ifname: 'bond0', flags: ['UP', 'MASTER'], operstate: 'UP' },
  { ifname: 'bond0.7', flags: ['UP'], operstate: 'UP', link: 'bond0' },
  { ifname: 'eth1', flags: ['UP'], operstate: 'UP' },
];

function obstacles(
  devices: readonly object[],
  others: readonly { readonly id: string; readonly output: string; readonly exitCode?: number }[],
): readonly LinkObstacle[] {
  return linuxFacts({
    ...{ schemaVersion: 1, kind: 'machine', platform: 'linux', collectedAt: '2026-11-29T08:00:00Z' },
    host: 'maps-a',
    commands: [{ id: 'addresses', output: JSON.stringify(devices) }, ...others].map((one) => ({
      ...{ command: one.id, exitCode: 0, errors: '' },
      ...one,
    })),
  }).obstacles;
}

const placesOf = (all: readonly LinkObstacle[]): readonly string[] =>
  all.map(({ interface: name, because }) => `${name} ${because.code}`);

// As Linux 6.12 and iproute2 6.1 print them.
const XDP = { mode: 2, prog: { id: 7, tag: '57cd311f2e27366b', jited: 1 }, attached: [] };
const FILTERS = `dev eth1 ingress
filter protocol all pref 49152 matchall chain 0
filter protocol all pref 49152 matchall chain 0 handle 0x1
	action order 1: gact action drop
dev eth1 egress
dev bond0 ingress
`;

test('an XDP program is in the way of all that comes by its interface, and by what is on it', () => {
  const devices = DEVICES.map((one) => (one.ifname === 'eth0' ? { ...one, xdp: XDP } : one));
  expect(placesOf(obstacles(devices, []))).toEqual([
    'eth0 packet-program',
    'bond0 packet-program',
    'bond0.7 packet-program',
  ]);
  expect(obstacles(DEVICES, [])).toEqual([]);
});

test('filters of tc are where tc lists some', () => {
  expect(parseTrafficFilters(FILTERS)).toEqual([{ interface: 'eth1', kind: 'tc', ways: ['ingress'] }]);
  expect(placesOf(obstacles(DEVICES, [{ id: 'filters', output: FILTERS }]))).toEqual(['eth1 packet-program']);
});

test('the advice shows the filters of each way that has some', () => {
  const [rule = ''] = FILTERS.split('\n').slice(1);
  const waysOf = (output: string): readonly (readonly string[])[] =>
    obstacles(DEVICES, [{ id: 'filters', output }]).map(({ because }) => {
      const steps = wayAdvice(because, { witness: '10.30.0.5', argv: [], check: say(''), again: [] });
      return steps.flatMap((step) => /tc filter show dev eth1 (\w+)/.exec(stepText(step))?.[1] ?? []);
    });
  expect(waysOf(FILTERS)).toEqual([['ingress']]);
  expect(waysOf(`dev eth1 ingress\ndev eth1 egress\n${rule}\n`)).toEqual([['egress']]);
  expect(waysOf(`dev eth1 ingress\n${rule}\ndev eth1 egress\n${rule}\n`)).toEqual([['ingress', 'egress']]);
});

test.each([
  ['*filter\n:INPUT ACCEPT\n:OUTPUT ACCEPT\n\n', false],
  ['*filter\n:INPUT ACCEPT [0:0]\n:OWN - [0:0]\n', false],
  ['*filter\n:INPUT DROP\n:OUTPUT ACCEPT\n', true],
  ['*filter\n:INPUT ACCEPT\n:OUTPUT ACCEPT\n-A INPUT -j DROP \n', true],
])('%j: rules of arptables are %s', (output, expected) => {
  expect(hasArpRules(output)).toBe(expected);
  const all = obstacles(DEVICES, [{ id: 'arptables-legacy', output }]);
  expect(all.length > 0 && all.every(({ families }) => families.join() === '4')).toBe(expected);
});

test('rules of arptables that could not be listed may be any', () => {
  expect(obstacles(DEVICES, [{ id: 'arptables-legacy', output: '', exitCode: 127 }]).length).toBeGreaterThan(
    0,
  );
});
