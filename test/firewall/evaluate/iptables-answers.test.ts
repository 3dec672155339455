import { describe, expect, test } from 'vitest';
import { resultOf } from './result-of.ts';

// What files kept by hand hold, and `iptables-save` and `ipset save` do not print.

const inFilter = (...rules: readonly string[]): string =>
  ['*filter', ':INPUT ACCEPT [0:0]', ...rules, 'COMMIT', ''].join('\n');

describe('a set', () => {
  const blocked = '-A INPUT -m set --match-set s src -j DROP';
  const set = 'create s hash:ip family inet\nadd s 10.9.9.9\n';

  test.each([
    ['of the file alone', blocked, 'blocked'],
    ['that a rule changes', `${blocked}\n-A INPUT --jump SET --del-set s src`, 'undecided'],
    ['that a rule changes, cut short', `${blocked}\n-A INPUT -j SET --del-s  "s" src`, 'undecided'],
  ])('%s', (_, rules, result) => {
    expect(resultOf([set, inFilter(rules)])).toBe(result);
  });

  test.each([
    ['--add-set', 'blocked'],
    ['--del-set', 'undecided'],
  ])('changes with the list it is in: %s', (option, result) => {
    const rules = inFilter(`-A INPUT -j SET ${option} l src`, blocked);
    expect(resultOf([`${set}create l list:set size 8\nadd l s\n`, rules])).toBe(result);
  });

  test.each([
    ['timeout 300', '', 'undecided'],
    ['timeout 300', 'timeout 0', 'blocked'],
    ['timeout 0', '', 'blocked'],
    ['timeout 0', 'timeout 60', 'undecided'],
  ])('with %s, an element with "%s"', (all, one, result) => {
    const text = `create s hash:ip family inet ${all}\nadd s 10.9.9.9 ${one}\n`;
    expect(resultOf([text, inFilter(blocked)])).toBe(result);
  });
});

test('a chain declared twice is refused, as its rules would be kept, lost or refused', () => {
  const text = inFilter(':A - [0:0]', '-A A -j DROP', ':A - [0:0]', '-A INPUT -j A');
  expect(() => resultOf(text)).toThrow('0:5:2: chain A is declared twice');
});

test.each([
  ['--zone 1', 'undecided'],
  ['--helper ftp', 'allowed'],
])('CT %s', (option, result) => {
  const raw = `*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -j CT ${option}\nCOMMIT\n`;
  expect(resultOf(raw)).toBe(result);
});

test.each([
  ['--ttl-set 64', 'allowed'],
  ['--ttl-inc 1', 'allowed'],
  ['--ttl-set 1', 'undecided'],
  ['--ttl-dec 200', 'undecided'],
])('TTL %s', (option, result) => {
  const mangle = `*mangle\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -j TTL ${option}\nCOMMIT\n`;
  expect(resultOf(mangle)).toBe(result);
});

test('with a mask of 0 the tools read no address', () => {
  expect(resultOf(inFilter('-A INPUT -s any/0 -d 256/0.0.0.0 -j DROP'))).toBe('blocked');
  expect(resultOf(inFilter('-A INPUT -s any/1 -j DROP'))).toBe('undecided');
});

describe('a file for iptables-restore', () => {
  const block = (lines: string): string => `*filter\n${lines}\nCOMMIT\n`;

  test.each(['-', '[0:0]', 'ACCEPT [0:0]', 'DROP'])(
    "a chain of one's own may be declared with %s",
    (policy) => {
      expect(
        resultOf(
          block(
            `:INPUT DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n:VIZ ${policy}\n-A INPUT -j VIZ\n-A VIZ -p tcp --dport 102 -j ACCEPT`,
          ),
        ),
      ).toBe('allowed');
    },
  );

  // Both back ends empty the table; they differ in what becomes of its policies.
  test.each([
    [[':INPUT DROP [0:0]\n-A INPUT -p tcp -j ACCEPT', ':INPUT DROP [0:0]'], 'blocked'],
    [[':INPUT DROP [0:0]', ':INPUT ACCEPT [0:0]'], 'allowed'],
    [[':INPUT DROP [0:0]', '-A INPUT -p udp -j ACCEPT'], 'undecided'],
    [['-A INPUT -j DROP', '-A INPUT -p udp -j ACCEPT'], 'allowed'],
    [[':A - [0:0]\n-A INPUT -j A\n-A A -j DROP', ':A - [0:0]\n-A INPUT -j A'], 'allowed'],
  ])('its last block of a table counts: %j', (blocks, result) => {
    expect(resultOf(blocks.map(block).join(''))).toBe(result);
  });
});

test('a list of sets holds no other list of sets, which would double it each time', () => {
  const sets = 'create a hash:ip family inet\nadd a 10.9.9.9\ncreate b list:set size 8\nadd b a\n';
  const rules =
    '*filter\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -m set --match-set b src -j DROP\nCOMMIT\n';
  expect(resultOf([rules, sets])).toBe('blocked');
  expect(() => resultOf([rules, `${sets}create c list:set size 8\nadd c b\n`])).toThrow(
    'a list:set set as an element of a list:set set',
  );
});
