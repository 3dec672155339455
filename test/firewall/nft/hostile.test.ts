import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseNftJson } from '../../../src/firewall/languages/nftables/parse-json.ts';
import { parseNftText } from '../../../src/firewall/languages/nftables/parse-text.ts';
import { InputError } from '../../../src/input-error.ts';

const fixtures = `${import.meta.dirname}/fixtures`;
const files = readdirSync(fixtures).map((name) => ({
  name,
  text: readFileSync(`${fixtures}/${name}`, 'utf8'),
}));
const parse = (name: string, text: string) =>
  name.endsWith('json') ? parseNftJson(text, name) : parseNftText(text, name);

/** A ruleset, or the one error that says where; anything else is a bug. */
function problemOf(name: string, text: string) {
  try {
    parse(name, text);
    return undefined;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error.problem.file).toBe(name);
    expect(error.problem.line).toBeGreaterThan(0);
    expect(error.message.length).toBeLessThan(500);
    return error.problem;
  }
}

describe('damaged files', () => {
  const file = fc.constantFrom(...files);
  const junk = fc.constantFrom(
    '{',
    '}',
    '(',
    ')',
    '"',
    '\\',
    '\n',
    ';',
    ',',
    ':',
    '.',
    '-',
    '/',
    '!',
    '==',
    '@',
    '$',
    '*',
    '#',
    '[',
    ' ',
    '\0',
    'é',
    ' and ',
    ' 99999 ',
    ' { ',
    ' jump ',
    'null',
    '[]',
    '{}',
  );

  test('cut, filled, doubled: a ruleset or one InputError', () => {
    fc.assert(
      fc.property(
        file,
        fc.array(fc.tuple(fc.nat(), fc.nat(12), fc.option(junk, { nil: '' })), {
          minLength: 1,
          maxLength: 6,
        }),
        ({ name, text }, edits) => {
          let damaged = text;
          for (const [at, removed, added] of edits) {
            const start = at % (damaged.length + 1);
            damaged = damaged.slice(0, start) + added + damaged.slice(start + removed);
          }
          problemOf(name, damaged);
        },
      ),
      { numRuns: 1500 },
    );
  });

  test('a file that ends early is refused with a place', () => {
    fc.assert(
      fc.property(file, fc.nat(), ({ name, text }, at) => {
        const start = name.endsWith('json') ? 0 : text.indexOf('{') + 1;
        const end = start + (at % (text.trimEnd().length - start));
        const problem = problemOf(name, text.slice(0, end));
        // Text is whole again where a later table would begin.
        const isWhole = text.slice(0, end).split('{').length === text.slice(0, end).split('}').length;
        if (name.endsWith('json') || !isWhole) expect(problem).toBeDefined();
      }),
      { numRuns: 500 },
    );
  });
});

describe('text made to hurt', () => {
  const huge = 10_000_000;
  const chain = (rules: string) => `table inet t {\nchain c {\n${rules}\n}\n}`;

  test.each<[string, string]>([
    ['binary', '\u007fELF\0\u0001\u0002'],
    ['a line of ten million letters', 'x'.repeat(huge)],
    ['a rule of ten million digits', chain(`tcp dport ${'1'.repeat(huge)}`)],
    ['ten million quotes', chain(`log prefix ${'"'.repeat(huge)}`)],
    ['ten million quoted words', chain('"a" '.repeat(huge / 4))],
    ['ten million backslashes', chain('\\'.repeat(huge))],
    ['ten million colons', chain(':'.repeat(huge))],
    ['millions of addresses in a row', chain('1::1.'.repeat(huge / 5))],
    ['millions of numbers in a row', chain('1.1.1.1x'.repeat(huge / 8))],
    ['braces a million deep', chain('{'.repeat(1_000_000))],
    ['parentheses a million deep', chain(`meta mark & ${'('.repeat(1_000_000)} 1`)],
    ['chains in place a hundred thousand deep', chain('jump { '.repeat(100_000))],
    ['sets a hundred thousand deep', chain(`tcp dport ${'{ '.repeat(100_000)}`)],
    ['negations', chain(`tcp dport ${'!'.repeat(1_000_000)}`)],
    ['nothing', ''],
    ['only a comment', '# nothing\n'],
    ['JSON', '{"nftables": []}'],
    ['iptables-save', '*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n'],
  ])('%s', (_, text) => {
    expect(problemOf('x.nft', text)).toMatchObject({ code: 'bad-ruleset' });
  });

  test.each<[string, string]>([
    ['arrays a million deep', `{"nftables": [{"rule": ${'['.repeat(1_000_000)}`],
    ['objects a million deep', `{"nftables": [${'{"rule":'.repeat(1_000_000)}`],
    ['an endless string', `{"nftables": [{"rule": "${'x'.repeat(huge)}`],
    ['nothing', ''],
    ['another document', '{"tables": []}'],
    ['more after the end', '{"nftables": [{"table": {"family": "ip", "name": "t", "handle": 1}}]} x'],
    ['a newer schema', '{"nftables": [{"metainfo": {"json_schema_version": 2}}]}'],
    ['a command', '{"nftables": [{"flush": {"ruleset": null}}]}'],
  ])('JSON: %s', (_, text) => {
    expect(problemOf('x.json', text)).toMatchObject({ code: 'bad-ruleset' });
  });

  test.each([
    '{"mangle": {"key": {"payload": {"protocol": "constructor", "field": "x"}}, "value": 1}}',
    '{"match": {"op": "==", "left": {"payload": {"protocol": "toString", "field": "x"}}, "right": 1}}',
    '{"reject": {"type": "icmpx", "expr": "10.20.0.11"}}',
  ])('JSON with odd words is unknown, not a crash: %s', (statement) => {
    const rule = `{"rule": {"family": "inet", "table": "t", "chain": "c", "expr": [${statement}]}}`;
    const text = `{"nftables": [{"table": {"family": "inet", "name": "t"}}, {"chain": {"family": "inet", "table": "t", "name": "c"}}, ${rule}]}`;
    expect(JSON.stringify([...parseNftJson(text, 'x').tables[0]!.chains.values()])).toContain('"unknown"');
  });

  test('JSON nested deeper than any rule is unknown, not a crash', () => {
    const deep = `${'{"concat":['.repeat(20_000)}1${']}'.repeat(20_000)}`;
    const rule = `{"rule": {"family": "inet", "table": "t", "chain": "c", "expr": [{"match": {"op": "==", "left": ${deep}, "right": 1}}]}}`;
    expect(
      problemOf(
        'x.json',
        `{"nftables": [{"table": {"family": "inet", "name": "t"}}, {"chain": {"family": "inet", "table": "t", "name": "c"}}, ${rule}]}`,
      ),
    ).toBeUndefined();
  });
});

describe('what nft would not load', () => {
  test.each<[string, string, number | undefined]>([
    ['include "/etc/other.nft"', 'include', 1],
    ['table inet t {\n chain c {\n  tcp dport 70000\n }\n}', '70000', undefined],
    ['table inet t {\n chain c {\n  tcp dport 25-22\n }\n}', 'upper end first', undefined],
    ['table inet t {\n chain c {\n  ip saddr 10.0.0.256\n }\n}', '10.0.0.256', undefined],
    ['table inet t {\n chain c {\n  tcp dport\n }\n}', 'expected a value', 12],
    ['table inet t {\n chain c {\n  tcp dport { 1, 2\n }\n}', 'does not end', undefined],
    ['table inet t {\n chain c {\n  tcp dport $nothing\n }\n}', 'no variable', 13],
    ['table inet t {\n chain c {\n  type filter hook nowhere priority 0;\n }\n}', 'not a hook', undefined],
    ['add rule ip t c accept', 'no chain "c"', 15],
    ['table inet t {\n chain c {\n  ip saddr . tcp dport { 10.0.0.1 }\n }\n}', 'number of fields', undefined],
    ['insert rule ip t c position 5 accept', 'no chain', undefined],
    ['bogus', 'not a command', 1],
    ['table ip t {\n quota s {\n  elements = { 1 }\n }\n}', 'unknown property of a quota', 3],
    ['table ip t {\n set s {\n  size 5\n }\n}', 'without a type', 2],
    ['table ip t {\n set s {\n  type\n }\n}', 'expected a type', 7],
    ['table ip t {\n set s {\n  type ipv4_addr : mark\n }\n}', 'expected the end of the line', 18],
    ['table ip t {\n map s {\n  type ipv4_addr\n }\n}', 'expected ":"', 17],
    ['table ip t {\n set s {\n  type mark; policy foo\n }\n}', 'expected "performance"', 21],
    ['table ip t {\n set s {\n  type mark; flags foo\n }\n}', 'not a flag of a set', 20],
    ['table ip t {\n set s {\n  type mark; timeout 5\n }\n}', 'expected a time', 22],
    ['table ip t {\n set s {\n  typeof -1 ip saddr\n }\n}', 'expected a part of a packet', 10],
    ['table ip t {\n chain c {\n  type filter hook forward priority dstnat\n }\n}', 'not a priority', 37],
    ['table ip t {\n chain c {\n  type filter hook input priority constructor\n }\n}', 'not a priority', 35],
    ['table arp t {\n chain c {\n  type filter hook input priority raw\n }\n}', 'not a priority', 35],
    ['table ip t {\n policy x\n}', 'unknown table item', 2],
    ['table ip t {\n chain c {\n  type filter hook input priority 5 - filter\n }\n}', 'end of the line', 37],
    ['table ip t { }\nquota ip t { }', 'expected the name of a quota', 12],
    [
      'table netdev t {\n chain c {\n  type filter hook ingress device 1 priority 0\n }\n}',
      'an interface',
      35,
    ],
    ['table ip t {\n ct x {\n }\n}', 'not an object of ct', 5],
    ...[
      ['log snaplen foo', 'expected a number'],
      ['log level warning', 'not a level of log'],
      ['log prefix 12', 'expected a prefix'],
      ['log prefix 1:2;', 'expected a prefix'],
      ['ip saddr 10.0.0 accept', 'expected a statement'],
      ['ip saddr 10.0.0.1.5 accept', 'expected a statement'],
      ['tcp dport timeout', 'expected a value'],
      ['meta mark set ip ttl map { 1 : cgroup }', 'expected a value'],
      ['meta mark & (1 << syn) == 2', 'not a number of bits'],
      ['tcp flags & syn ! 0', '"!" after an operation'],
      ['reset tcp maxseg', 'unknown reset statement'],
      ['dnat to numgen inc mod 0 map { 0 : 10.0.0.1 }', 'a modulus of 0'],
      ['ip saddr { @s }', 'a set within a set'],
      ['dup to 25-22', 'a range'],
      ['snat to 25-22', 'upper end first'],
      ['snat to 10.0.0.1-22', 'upper end first'],
      ['update @s { ip saddr : 1-2 }', 'several values'],
      ['ip6 saddr 1::ffff:1.2.3.4 accept', 'expected a statement'],
      ['limit rate 1.5/second', 'expected a rate'],
      ['limit rate 5/second burst 5 foo', 'expected packets'],
      ['iifname { "eth0"-"eth1" }', 'a range of names'],
      ['fib mark . iif type local', 'one address'],
      ['fib saddr . daddr type local', 'one address'],
      ['snat notrack', 'expected a value'],
      ['counter name "hits"-9', 'not the name of a counter'],
      ['dnat addr . port to 10.0.0.1 . 80', 'without its family'],
      ['tcp option ff02::f exists', 'not the name of an option'],
      ['tcp option rt exists', 'not the name of an option'],
      ['ct event set new,5', 'expected a name'],
      ['meta mark set 1,2', 'expected a statement'],
      ['queue num foo', 'expected a queue'],
      ['masquerade to 1024', 'expected ":"'],
      ['redirect to to :80', 'expected a statement'],
      ['dnat ip 10.0.0.1', 'expected a field of ip'],
      ['dnat prefix 10.0.0.1', 'expected "to"'],
      ['ip6 saddr fd00::/::1', 'a mask on a type without bit flags'],
      ['meta mark set 1-2', '`set` takes one value, not a range'],
      ['meta mark set ip ttl map { 1 : 1-2 }', '`set` takes one value, not a range'],
      ['tcp flags ! syn / syn,ack', 'a mask after !'],
      ['meta mark set ::1', 'not a value of type mark'],
      ['exthdr 26 missing', 'unexpected token'],
      ['fib saddr foo', 'unexpected token'],
      ['tcp dport { 22 : accept }', 'a test against a map'],
      ['tcp dport vmap { 22 : accept, 23 }', 'without a value'],
      ['tcp dport vmap { { 22 : accept, 23 : drop } }', 'a set within a map'],
      ['tcp dport vmap { { 22, 23 } : accept }', 'a set within a map'],
      ['snat ip to icmpv6', 'expected an address'],
      ['snat to to', 'expected an address'],
      ['ip saddr > 10.0.0.0/8', 'a prefix after >'],
      ['limit rate over 00/second drop', 'a rate of 0'],
    ].map(([rule = '', message = '']): [string, string, undefined] => [
      `table ip t {\n chain c {\n  ${rule}\n }\n}`,
      message,
      undefined,
    ]),
  ])('%s', (text, message, column) => {
    const problem = problemOf('x.nft', text);
    expect(`${problem?.message} ${problem?.value}`).toContain(message);
    if (column !== undefined) expect(problem?.column).toBe(column);
  });
});

describe('what nft loads', () => {
  const inChain = (rule: string) => `table inet t {\n chain c {\n  ${rule}\n }\n}`;
  test.each([
    inChain('ipsec exists accept'),
    inChain('ip6 daddr [fd00::1]-[fd00::9] accept'),
    inChain('meta priority set 1:20 accept'),
    inChain('log prefix 25:22 accept'),
    inChain('meta sdifname .ipset. accept'),
    inChain('tcp dport vmap { 5 : accept, 5 : accept, 6-9 : drop }'),
    inChain('limit rate over 10 mbytes/second burst 5 kbytes drop'),
    inChain('type filter hook input priority filter - 0x10;'),
    'table inet t {\n map m { type inet_service : ct helper\n }\n}',
    'table inet 25:22 {\n chain 10.0.0.1 {\n }\n}',
    'table inet t {\n set s { type mark; counter counter; elements = { 5 } }\n}',
    'table inet t {\n set s { typeof ip saddr . tcp dport; elements = { 10.0.0.1 . 22 } }\n}',
    'table inet t {\n set s { type of_a_later_version; elements = { some . thing } }\n}',
    'table inet t {\n map m { type inet_service : interval ipv4_addr; elements = { 5 : 10.0.0.0/8 } }\n}',
    'table inet t {\n counter c {\n  packets 1 bytes 2\n }\n ct helper h {\n  type "ftp" protocol tcp\n }\n}',
  ])('%s', (text) => {
    expect(problemOf('x.nft', text)).toBeUndefined();
  });
});
