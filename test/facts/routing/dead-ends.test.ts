import { expect, test } from 'vitest';
import { withoutAnswer, withoutArrival, type DeadEnd } from '../../../src/facts/routing/dead-ends.ts';
import { parseRules } from '../../../src/facts/routing/routing-rule.ts';
import { parseRoutes, type Routing } from '../../../src/facts/routing/routing.ts';
import { formatAddressSet } from '../../../src/net/address-set.ts';
import { parseAddress } from '../../../src/net/address.ts';
import { unionOf } from '../../../src/net/interval-set.ts';

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

const ALL = '0.0.0.0-255.255.255.255';
/** It sends nothing to itself. */
const OWN = '10.20.0.11';
const UPPER = '10.20.0.11,128.0.0.0-255.255.255.255';
const WITHOUT_LINK = '0.0.0.0-10.19.255.255,10.20.0.11,10.20.1.0-255.255.255.255';
const NONE = { type: 'unreachable', dst: 'default', table: '7', flags: [] };
const MARKED = { fwmark: '0x1', table: '7' };
const SHORT = { priority: 0, src: 'all', table: 'main', suppress_prefixlen: 0 };
const SELF = parseAddress('10.20.0.11', 'test');

function routingOf(routes: readonly object[], rules: readonly object[]): Routing {
  return {
    ...parseRoutes(JSON.stringify([...routes, LOCAL]), 4),
    rules: parseRules(JSON.stringify(rules), 4),
  };
}

const textOf = (ends: readonly DeadEnd[]): string => formatAddressSet(unionOf(ends.map(({ of }) => of)), 4);
const rulesOf = (ends: readonly DeadEnd[]): readonly (string | null)[] => [
  ...new Set(ends.map(({ rule }) => rule)),
];

test.each([
  ['a default route', [LINK, DEFAULT], RULES, OWN],
  ['none', [LINK], RULES, WITHOUT_LINK],
  [
    'a blackhole',
    [{ type: 'blackhole', dst: '10.30.0.0/24', flags: [] }, DEFAULT],
    RULES,
    '10.20.0.11,10.30.0.0-10.30.0.255',
  ],
  [
    'a narrower route within it',
    [{ type: 'prohibit', dst: '10.30.0.0/24', flags: [] }, { ...LINK, dst: '10.30.0.0/25' }, DEFAULT],
    RULES,
    '10.20.0.11,10.30.0.128-10.30.0.255',
  ],
  [
    'a metric that comes later',
    [{ type: 'unreachable', dst: 'default', metric: 9, flags: [] }, DEFAULT],
    RULES,
    OWN,
  ],
  [
    'throw, and the next table',
    [{ type: 'throw', dst: '10.30.0.0/24', table: '7', flags: [] }, { ...DEFAULT, table: '7' }, LINK],
    [{ priority: 1, src: 'all', table: '7' }, ...RULES],
    '10.20.0.11,10.30.0.0-10.30.0.255',
  ],
  [
    'a rule that refuses',
    [LINK, DEFAULT],
    denying({ dst: '10.30.0.5', action: 'prohibit' }),
    '10.20.0.11,10.30.0.5',
  ],
  ['answers from this address to a table', [DEFAULT, NONE], denying({ src: '10.20.0.11', table: '7' }), ALL],
  ['those of another one', [DEFAULT, NONE], denying({ src: '10.20.0.12', table: '7' }), OWN],
  [
    'a rule for destinations',
    [DEFAULT, { ...NONE, dst: '10.30.0.0/24' }],
    denying({ dst: '10.30.0.0', dstlen: 16, table: '7' }),
    '10.20.0.11,10.30.0.0-10.30.0.255',
  ],
  ['not', [DEFAULT], denying({ not: null, dst: '0.0.0.0', dstlen: 1, action: 'prohibit' }), UPPER],
  ['not, of two ends', [DEFAULT], denying({ not: null, src: '10.20.0.11', action: 'prohibit' }), OWN],
  [
    'goto',
    [DEFAULT],
    [
      ...denying({ goto: 300 }),
      { priority: 200, src: 'all', action: 'blackhole' },
      { priority: 300, src: 'all', dst: '128.0.0.0', dstlen: 1, action: 'prohibit' },
    ],
    UPPER,
  ],
  ['goto a rule that is not there', [DEFAULT], denying({ goto: 300, unresolved: null }), OWN],
  ['no operation', [DEFAULT], denying({ nop: null }), OWN],
  ['a mark, and the table leads on', [DEFAULT, { ...DEFAULT, table: '7' }], denying(MARKED), OWN],
  ['a mark, and the table leads nowhere', [DEFAULT, NONE], denying(MARKED), ALL],
  ['a mark, and the table has no route for it', [DEFAULT, { ...LINK, table: '7' }], denying(MARKED), OWN],
  ['a mark, and nothing else has one', [LINK, { ...DEFAULT, table: '7' }], denying(MARKED), WITHOUT_LINK],
  ['not a mark (wg-quick)', [DEFAULT, { ...DEFAULT, table: '7' }], denying({ ...MARKED, not: null }), OWN],
  ['a table nobody knows', [DEFAULT], denying({ l3mdev: null }), ALL],
  ['a short prefix does not count', [DEFAULT, LINK], [RULES[0]!, SHORT], WITHOUT_LINK],
  ['a route of some only', [{ ...DEFAULT, tos: '0x10' }, LINK], RULES, WITHOUT_LINK],
])('answers: %s', (_, routes, rules, expected) => {
  expect(textOf(withoutAnswer(routingOf(routes, rules), SELF, 4))).toBe(expected);
});

test.each([
  [
    'the rule that drops',
    { dst: '10.20.0.11', action: 'blackhole' },
    '100: from all to 10.20.0.11 blackhole',
  ],
  ['the rule that is not followed', MARKED, '100: from all fwmark 0x1 lookup 7'],
])('%s is named', (_, rule, expected) => {
  const routing = routingOf([DEFAULT, NONE], [{ priority: 100, src: 'all', ...rule }, ...RULES.slice(1)]);
  expect(rulesOf(withoutArrival(routing, SELF, 'on'))).toEqual([expected]);
});

test.each([
  ['it takes what is for it', RULES, ''],
  [
    'a rule before its own table',
    [{ priority: 0, src: 'all', dst: '10.20.0.11', action: 'blackhole' }, ...RULES],
    ALL,
  ],
  ['a rule for some sources', [{ priority: 0, src: '10.30.0.5', action: 'prohibit' }, ...RULES], '10.30.0.5'],
  ['a rule after it', [...RULES, { priority: 9, src: '10.30.0.5', action: 'prohibit' }], ''],
  ['no rule for its own table', RULES.slice(1), ALL],
])('arriving: %s', (_, rules, expected) => {
  expect(textOf(withoutArrival(routingOf([LINK, DEFAULT], rules), SELF, 'here'))).toBe(expected);
});

test('groups that the kernel makes for each network are addresses of nobody, others cut off', () => {
  const group = { type: 'broadcast', dev: 'eth0', table: 'local', flags: [] };
  const routes = [
    DEFAULT,
    { ...group, dst: '10.20.0.255', protocol: 'kernel' },
    { ...group, dst: '10.30.0.5', protocol: 'boot' },
  ];
  expect(textOf(withoutAnswer(routingOf(routes, RULES), SELF, 4))).toBe('10.20.0.11,10.30.0.5');
});

test('without a local route it takes nothing', () => {
  const routing = routingOf([LINK], RULES);
  expect(textOf(withoutArrival({ ...routing, own: [] }, SELF, 'here'))).toBe(ALL);
});
