import { expect, test } from 'vitest';
import { deadEnds } from '../../src/facts/dead-ends.ts';
import { parseRoutes, parseRules } from '../../src/facts/routing.ts';
import { formatAddressSet } from '../../src/net/address-set.ts';

/** As `ip -j` of iproute2 6.1 prints them. */
const LINK = { dst: '10.20.0.0/24', dev: 'eth0', protocol: 'kernel', scope: 'link', flags: [] };
const DEFAULT = { dst: 'default', gateway: '10.20.0.1', dev: 'eth0', flags: [] };
const LOCAL = { type: 'local', dst: '10.20.0.11', dev: 'eth0', table: 'local', flags: [] };
const RULES = [
  { priority: 0, src: 'all', table: 'local' },
  { priority: 32_766, src: 'all', table: 'main' },
  { priority: 32_767, src: 'all', table: 'default' },
];
const denying = (rule: object) => [RULES[0]!, { priority: 100, src: 'all', ...rule }, ...RULES.slice(1)];

test.each([
  ['a default route', [LINK, DEFAULT], RULES, ''],
  ['none', [LINK], RULES, '0.0.0.0-10.19.255.255,10.20.1.0-255.255.255.255'],
  [
    'a blackhole',
    [{ type: 'blackhole', dst: '10.30.0.0/24', flags: [] }, DEFAULT],
    RULES,
    '10.30.0.0-10.30.0.255',
  ],
  [
    'a narrower route within it',
    [{ type: 'prohibit', dst: '10.30.0.0/24', flags: [] }, { ...LINK, dst: '10.30.0.0/25' }, DEFAULT],
    RULES,
    '10.30.0.128-10.30.0.255',
  ],
  [
    'a metric that comes later',
    [{ type: 'unreachable', dst: 'default', metric: 9, flags: [] }, DEFAULT],
    RULES,
    '',
  ],
  [
    'throw, and the next table',
    [{ type: 'throw', dst: '10.30.0.0/24', table: '7', flags: [] }, { ...DEFAULT, table: '7' }, LINK],
    [{ priority: 1, src: 'all', table: '7' }, ...RULES],
    '10.30.0.0-10.30.0.255',
  ],
  ['a rule that refuses', [LINK, DEFAULT], denying({ dst: '10.30.0.5', action: 'prohibit' }), '10.30.0.5'],
  [
    'a rule that drops',
    [DEFAULT],
    denying({ src: '10.30.0.0', srclen: 24, action: 'blackhole' }),
    '10.30.0.0-10.30.0.255',
  ],
  ['a rule that is not understood', [LINK], denying({ fwmark: '0x1', table: '7' }), ''],
])('%s', (_, routes, rules, expected) => {
  const text = JSON.stringify([...routes, LOCAL]);
  const routing = {
    ...parseRoutes(text, 4),
    rules: parseRules(JSON.stringify(rules), 4),
  };
  expect(formatAddressSet(deadEnds(routing, 4), 4)).toBe(expected);
});
