import { describe, expect, test } from 'vitest';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { resultOf } from '../evaluate/result-of.ts';

// What nft 1.0.6 lists of rules that a kernel has, and does not read itself.

const chain = (rule: string): string =>
  `table inet t {\n\tchain c {\n\t\ttype filter hook input priority 0; policy accept;\n\t\t${rule}\n\t}\n}\n`;

describe('quotes within a log prefix, which nft prints as they are', () => {
  test.each([
    ['log prefix "a "b: " level debug drop', 'blocked'],
    ['log prefix "a "b": " drop comment "x"', 'blocked'],
    ['log prefix "say "accept: " drop # handle 5', 'blocked'],
    ['tcp dport 103 log prefix ""x: " drop', 'allowed'],
    ['log prefix "a " b" drop', 'blocked'],
    ['log prefix "a "b" c: " drop comment "x"', 'blocked'],
  ])('%s', (rule, result) => {
    expect(resultOf(chain(rule))).toBe(result);
  });
});

describe('statements after a verdict', () => {
  test.each([
    ['accept counter packets 0 bytes 0', 'allowed'],
    ['drop meta mark set 0x5 comment "x"', 'blocked'],
    ['goto { tcp dport 22 drop; } counter', 'allowed'],
    ['goto { drop; } meta protocol ip', 'blocked'],
    ['tcp dport 103 accept counter', 'allowed'],
    // Two verdicts: perhaps two rules, whose line break was lost.
    ['tcp dport 103 accept tcp dport 102 drop', 'undecided'],
    ['accept drop', 'undecided'],
  ])('%s', (rule, result) => {
    expect(resultOf(chain(rule))).toBe(result);
  });

  test('never run in JSON, where no line break can be lost', () => {
    const place = { family: 'inet', table: 't' };
    const text = JSON.stringify({
      nftables: [
        { metainfo: { version: '1.0.9', json_schema_version: 1 } },
        { table: { family: 'inet', name: 't' } },
        { chain: { ...place, name: 'c', type: 'filter', hook: 'input', prio: 0, policy: 'accept' } },
        { rule: { ...place, chain: 'c', expr: [{ drop: null }, { counter: null }, { accept: null }] } },
      ],
    });
    const [ruleset] = parseRulesets([{ text, file: 'x.json', dialect: 'nft-json' }]);
    expect(ruleset?.tables[0]?.chains.get('c')?.rules[0]?.effects[0]).toEqual({ kind: 'drop' });
  });
});

// iptables-nft makes chains of any name; Shorewall and fw3 have one called `reject`.
test.each([
  'reject',
  'tcp',
  'chain',
  '~log0',
  '%drop',
  '1abc',
  '12',
  'a+b',
  'x*',
  "a'b",
  'ünder',
  '(x)',
  '127.1',
])('a chain that is called %s', (name) => {
  const listing = (jump: string): string =>
    `table ip filter {\n\tchain ${name} {\n\t\tip saddr 10.0.0.0/8 tcp dport 102 counter packets 0 bytes 0 drop\n\t}\n\n\tchain INPUT { # handle 1\n\t\ttype filter hook input priority filter; policy accept;\n\t\t${jump} ${name}\n\t}\n}\n`;
  expect(['jump', 'counter packets 0 bytes 0 goto'].map((jump) => resultOf(listing(jump)))).toEqual([
    'blocked',
    'blocked',
  ]);
  expect(resultOf(listing('jump').replace(`${name} {`, `${name} { # handle 7`))).toBe('blocked');
  expect(resultOf(listing('jump').replace(`jump ${name}`, `jump ${name} comment "x" # handle 3`))).toBe(
    'blocked',
  );
});

test.each([
  'ct status ! ct state ! new counter packets 0 bytes 0',
  'srh sid[1] fd00::1 accept',
  'ct event set 0x1,0x2,0x4 accept',
  'meter c { (null) limit rate over 5/second } counter packets 0 bytes 0 drop',
])('%s is read', (rule) => {
  expect(() => parseRulesets([{ text: chain(rule), file: 'x', dialect: 'nft' }])).not.toThrow();
});

test('a JSON rule whose statements have another key than expr is no empty rule', () => {
  const place = { family: 'inet', table: 't' };
  const text = JSON.stringify({
    nftables: [
      { table: { family: 'inet', name: 't' } },
      { chain: { ...place, name: 'c' } },
      { rule: { ...place, chain: 'c', handle: 5, statements: [{ drop: null }] } },
    ],
  });
  expect(() => parseRulesets([{ text, file: 'x.json', dialect: 'nft-json' }])).toThrow('"expr"');
});
