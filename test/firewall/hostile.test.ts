import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { DIALECT_IDS, parseRulesets, type DialectId } from '../../src/firewall/languages/dialect.ts';
import { IS_THOROUGH } from '../thorough.ts';
import { InputError, type InputProblem } from '../../src/input-error.ts';

/** The one error of a text; its place must be in the text. */
function problemOf(text: string, dialect: DialectId | null): InputProblem | undefined {
  try {
    parseRulesets([{ text, file: 'x.rules', dialect }]);
    return undefined;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { problem, message } = error;
    expect(problem.file).toBe('x.rules');
    const { line = 0, column = 0 } = problem;
    expect(line).toBeGreaterThan(0);
    expect(column).toBeGreaterThan(0);
    const start = [...text.matchAll(/\n/g)].at(line - 2)?.index ?? 0;
    expect(column).toBeLessThanOrEqual((line === 1 ? text.length : text.length - start) + 1);
    expect(message).toMatch(/^x\.rules:\d+:\d+: /);
    expect(message.length).toBeLessThan(600);
    // eslint-disable-next-line no-control-regex -- what must not reach a terminal
    expect(message).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    return problem;
  }
}

const decoded = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const SIZE = IS_THOROUGH ? 10_000_000 : 1_000_000;
/** Every byte as often as any other. */
const BINARY = decoded(Uint8Array.from({ length: SIZE }, (_, index) => (index * 2_654_435_761) >>> 24));

const WHOLE: Readonly<Record<DialectId, string>> = {
  nft: 'table inet t {\n\tchain c {\n\t\ttype filter hook input priority filter; policy drop;\n\t\ttcp dport { 102, 103 } accept\n\t}\n}\n',
  'nft-json':
    '{"nftables": [{"table": {"family": "inet", "name": "t"}}, {"chain": {"family": "inet", "table": "t", "name": "c"}}, {"rule": {"family": "inet", "table": "t", "chain": "c", "expr": [{"accept": null}]}}]}',
  iptables: '*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp -m tcp --dport 102 -j ACCEPT\nCOMMIT\n',
  ip6tables: '*filter\n:INPUT DROP [0:0]\n-A INPUT -s fd00::/8 -p tcp -m tcp --dport 102 -j ACCEPT\nCOMMIT\n',
  windows: 'v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=102|Name=x|\n',
  ipset: 'create s hash:net family inet\nadd s 10.0.0.0/8\n',
};
/** Sets alone are checked where rules use them. */
const RULESETS = DIALECT_IDS.filter((id) => id !== 'ipset');

describe.each(DIALECT_IDS)('%s', (dialect) => {
  test.each([
    ['megabytes of one letter', 'x'.repeat(SIZE)],
    ['megabytes of blanks and one word', `${' '.repeat(SIZE)}x`],
    ['megabytes of binary', BINARY],
    ['gzip', decoded(gzipSync(WHOLE[dialect]))],
    ['UTF-16 read as UTF-8', decoded(Buffer.from(WHOLE[dialect], 'utf16le'))],
  ])('%s', (_, text) => {
    expect(problemOf(text, dialect)).toBeDefined();
    expect(problemOf(text, null)).toMatchObject({ code: 'unknown-dialect' });
  });

  test('NULs', () => {
    const whole = WHOLE[dialect];
    for (let at = 0; at <= whole.length; at++)
      problemOf(`${whole.slice(0, at)}\0${whole.slice(at)}`, dialect);
  });

  test('Windows line ends and a byte order mark change nothing', () => {
    expect(problemOf(WHOLE[dialect].replaceAll('\n', '\r\n'), dialect)).toBeUndefined();
    expect(problemOf(decoded(Buffer.from(`\ufeff${WHOLE[dialect]}`)), null)).toBeUndefined();
  });
});

describe.each(RULESETS)('%s', (dialect) => {
  // A rule string of Windows that is cut leaves open what it does (windows/hostile.test.ts).
  test.skipIf(dialect === 'windows')(
    'cut off at any place: one error, but for an end where it is whole',
    () => {
      const whole = WHOLE[dialect];
      // `table i` alone is a ruleset, too.
      for (let end = dialect === 'nft' ? whole.indexOf('{') + 1 : 0; end < whole.trimEnd().length; end++)
        expect(problemOf(whole.slice(0, end), dialect), whole.slice(0, end)).toBeDefined();
    },
  );

  test.each(['', '\n\n', '# a comment\n# another\n', ' \t\r\n'])('nothing in it: %j', (text) => {
    expect(problemOf(text, dialect)).toBeDefined();
  });
});

describe('every fixture, cut off at a hundred places', () => {
  const folder = import.meta.dirname;
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /fixtures\/.*\.(?:nft|json|ip6?tables-save)$/.test(file),
  );
  test.each(files)('%s', (file) => {
    const text = readFileSync(`${folder}/${file}`, 'utf8');
    for (let part = 0; part < 100; part++)
      problemOf(text.slice(0, Math.floor((text.length * part) / 100)), null);
  });
});

describe('the message says what to do', () => {
  const table = (rule: string) => `table inet t {\n\tchain c {\n\t\t${rule}\n\t}\n}\n`;
  const filter = (rule: string) => `*filter\n:INPUT DROP [0:0]\n${rule}\nCOMMIT\n`;
  const nat = (target: string) => `*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp ${target}\nCOMMIT\n`;
  const json = (statement: string) =>
    WHOLE['nft-json']
      .replace('{"accept": null}', statement)
      .replace('[{"table"', '[\n{"table"')
      .replace(', {"rule"', ',\n {"rule"');

  test.each<[DialectId | null, string, string]>([
    [null, '', '1:1: the ruleset is empty (got ""); if the machine has no rules'],
    [null, decoded(gzipSync('x')), '1:1: the ruleset is compressed with gzip'],
    [null, 'a\0b\0', '1:1: the ruleset is not text: binary, or UTF-16 without a byte order mark'],
    ['nft', table('tcp dport 70000 accept'), '3:13: not a value of type inet_service'],
    ['nft', table('tcp dport { 1, 2, 70000 } accept'), '3:21: not a value of type inet_service'],
    ['nft', table('ip saddr { 10.0.0.0/33 } accept'), '3:14: a prefix length out of range'],
    ['nft', table('tcp dport 1 tcp sport 9-5 accept'), '3:25: a range with its upper end first (got "9-5")'],
    ['nft', table('ip saddr . tcp dport { 10.0.0.1 } accept'), '3:26: a set element whose number of'],
    ['nft', table('tcp dport 22,23 accept'), '3:13: several values without braces'],
    [
      'nft',
      table('jump c').replace('\n\t\tjump', '\n\t\ttype filter hook input priority 0;\n\t\tjump'),
      '4:3: chain loop "c" → "c"',
    ],
    ['nft', 'define p = 70000\n' + table('tcp dport $p accept'), '1:12: not a value of type inet_service'],
    [
      'nft',
      'table inet t {\n\tset s {\n\t\ttype inet_service\n\t\telements = { 1,\n\t\t\t70000 }\n\t}\n\tchain c {\n\t\ttcp dport @s accept\n\t}\n}\n',
      '5:4: not a value of type inet_service (got "70000")',
    ],
    [
      'nft',
      'table ip t {\n\tchain c {\n\t\ttype nat hook forward priority 0;\n\t}\n}\n',
      '3:3: a chain of type nat cannot be on hook forward',
    ],
    [
      'nft-json',
      json(
        '{"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": 70000}}',
      ),
      '3:159: not a value of type inet_service (got "70000")',
    ],
    ['nft-json', json('"tcp dport 70000 accept"'), '3:78: not a value of type inet_service (got "70000")'],
    ['nft-json', json('"tcp dport { 1, accept"'), '3:67: expected a value'],
    ['nft-json', json('{"accept": nul}'), '3:78: not valid JSON'],
    [
      'nft-json',
      WHOLE['nft-json'].replace('"chain": "c"', '"chain": "d"'),
      '1:168: chain "d" of table t is not declared before this',
    ],
    ['iptables', filter('-A INPUT -p tcp --dport 70000 -j ACCEPT'), '3:25: not a port (got "70000")'],
    [
      'iptables',
      filter('[12:3456] -A INPUT -p tcp --dport 70000 -j ACCEPT'),
      '3:35: not a port (got "70000")',
    ],
    ['iptables', filter('-A INPUT -j ACCEPT constructor'), '3:20: unexpected token'],
    ['iptables', filter('-A INPUT -m state --state constructor -j ACCEPT'), '3:27: not a connection state'],
    ['iptables', filter('-A INPUT -p tcp -m tcp --dport 70000 -j ACCEPT'), '3:32: not a port'],
    ['iptables', filter('[0:0] -A INPUT -g INPUT'), '3:19: cannot go to chain "INPUT"'],
    ['iptables', ':INPUT DROP\n', '1:1: a line outside of a table'],
    ['iptables', '*filter\n:INPUT [0:0]\nCOMMIT\n', '2:8: not a policy for chain INPUT (got "[0:0]")'],
    ['ipset', 'create s hash:ip\nadd t 10.0.0.1\n', '2:5: set "t" is not created before this line'],
    ['iptables', nat('-j REDIRECT --to-ports 80-'), '3:45: not a port'],
    ['iptables', nat('-j DNAT --to-destination 10.0.0.1:-80'), '3:47: not a port'],
    ['ip6tables', nat('-j DNAT --to-destination [-1]:80'), '3:47: not a destination'],
    ['ip6tables', nat('-j DNAT --to-destination fd00::1]:80'), '3:47: not a destination'],
    ['iptables', filter('-A INPUT ! -j ACCEPT'), '3:12: -j cannot be negated'],
    ['iptables', filter('-A INPUT -p tpc --dport 22'), '3:13: not a protocol (got "tpc")'],
    ['iptables', filter('-A INPUT -p tcp --tcp-flags SIN SYN -j DROP'), '3:29: not a TCP flag (got "SIN")'],
    ['iptables', filter('-A INPUT -m addrtype --dst-type LOKAL -j ACCEPT'), '3:33: not an address type'],
    ['iptables', filter('-A INPUT -p tcp --dport=70000 -j ACCEPT'), '3:17: not a port'],
    ['ip6tables', nat('-j DNAT --to-destination [-1]:80 --random'), '3:47: not a destination'],
    ['ipset', 'create s hash:net,iface\nadd s 10.0.0.0/8,\n', '2:7: an element of "s" has 2 parts'],
    ['ipset', 'create s hash:ip netmask 0\n', '1:26: not a prefix length (got "0")'],
    ['ipset', 'create s range\n', '1:10: not a type of set (got "range")'],
    ['ipset', 'create s hash:ip hashsize\n', '1:26: no value after hashsize'],
    // A rule of iptables-nft is read with its extensions made visible: its columns are not those of the file.
    [
      'nft',
      'table ip6 filter {\n\tchain INPUT {\n\t\tmeta  counter packets 0 bytes 0 accept a\n\t}\n}\n',
      '3:3: expected a key of meta',
    ],
    ['nft', table('fib saddr type ! unicast drop'), '3:20: `!` works only with flag types'],
    ['iptables', filter('  -A INPUT -p tcp --dport 70000'), '3:27: not a port'],
    ['nft', 'table inet chain {\n}\n', '1:12: a reserved word of nft'],
    ['nft', table('ip saddr @tcp accept'), '3:13: a reserved word of nft'],
    [
      'nft',
      table('type filter hook input priority 0; policy drop accept'),
      '3:50: expected the end of the line',
    ],
    ['nft', 'table inet t {\n\tlimit -x {\n\t}\n}\n', '2:8: expected the name of a limit'],
    ['nft', 'table inet t {\n\tset s {\n\t\telements = { 1 : 2 }\n\t}\n}\n', '3:14: set s is not a map'],
    ['nft', table('jump accept;'), '3:8: a reserved word of nft'],
    ['nft', table('jump ~x;'), '3:8: a character that nft does not know'],
    ['nft', table('tcp dport ~22 accept'), '3:13: a character that nft does not know'],
    ['nft', table('ip chain 1 accept'), '3:6: expected a field of ip'],
  ])('%s %j', (dialect, text, message) => {
    expect(() => parseRulesets([{ text, file: 'x', dialect }])).toThrow(`x:${message}`);
  });
});

test('a hundred thousand rules that are each put first', () => {
  const rules = (head: string, rule: (port: number) => string, tail: string) =>
    `${head}${Array.from({ length: 100_000 }, (_, port) => rule(port % 65_536)).join('\n')}\n${tail}`;
  const nft = rules(
    'add table ip t\nadd chain ip t c\n',
    (port) => `insert rule ip t c tcp dport ${port} drop`,
    '',
  );
  const iptables = rules(
    '*filter\n:INPUT DROP\n',
    (port) => `-I INPUT -p tcp --dport ${port} -j DROP`,
    'COMMIT\n',
  );
  const [inNft, inIptables] = parseRulesets([
    { text: nft, file: 'a', dialect: 'nft' },
    { text: iptables, file: 'b', dialect: 'iptables' },
  ]);
  expect(inNft?.tables[0]?.chains.get('c')?.rules[0]?.line).toBe(100_002);
  expect(inIptables?.tables[0]?.chains.get('INPUT')?.rules[0]?.line).toBe(100_002);
});

test.each([
  ['10.0.0.2,tcp:70000', '3:20: set s: not a port (got "70000")'],
  ['10.0.0.0/8-10.0.0.9,tcp:1', '3:7: set s: not an address'],
  ['my-host,tcp:1', '3:7: set s: not an address (got "my-host")'],
])('an element of a set that is no address is reported where the set is: %s', (element, message) => {
  const sets = `create s hash:ip,port family inet\nadd s 10.0.0.1,tcp:102\nadd s ${element}\n`;
  const rules = '*filter\n:INPUT DROP [0:0]\n-A INPUT -m set --match-set s src,dst -j ACCEPT\nCOMMIT\n';
  expect(() =>
    parseRulesets([
      { text: sets, file: 'sets', dialect: null },
      { text: rules, file: 'rules', dialect: null },
    ]),
  ).toThrow(`sets:${message}`);
});

test('of blanks only those of ASCII part the words of iptables', () => {
  const text = '*filter\n:ufw\u00a0x - [0:0]\nCOMMIT\n';
  const [ruleset] = parseRulesets([{ text, file: 'x', dialect: 'iptables' }]);
  expect([...ruleset!.tables[0]!.chains.keys()]).toContain('ufw\u00a0x');
});
