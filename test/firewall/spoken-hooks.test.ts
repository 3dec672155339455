import { refuseUnspokenHook } from '../../src/usecases/audit/refuse-unspoken-hook.ts';
import { describe, expect, test } from 'vitest';
import { parseRulesets } from '../../src/firewall/languages/dialect.ts';
import { spokenHooks } from '../../src/firewall/netfilter/machine/spoken-hooks.ts';

const spoken = (...texts: readonly string[]): readonly string[] =>
  spokenHooks(parseRulesets(texts.map((text, index) => ({ text, file: `rules.${index}`, dialect: null }))));

const nft = (...chains: readonly string[]): string =>
  `table inet viz {\n${chains.map((head, index) => `chain c${index} { ${head}; policy drop; }`).join('\n')}\n}`;

describe('the hooks a machine’s rules speak for', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['a gateway of nft', [nft('type filter hook forward priority 0')], ['forward']],
    ['a host of nft', [nft('type filter hook input priority 0')], ['input']],
    [
      'a host that translates',
      [nft('type nat hook prerouting priority -100', 'type filter hook input priority 0')],
      ['input'],
    ],
    [
      'chains that only keep packets out of connection tracking',
      [nft('type filter hook output priority raw', 'type filter hook input priority 0')],
      ['input'],
    ],
    [
      'two files',
      [
        nft('type filter hook forward priority 0'),
        nft('type filter hook input priority 0').replace('viz', 'own'),
      ],
      ['input', 'forward'],
    ],
    [
      'nothing filters anywhere',
      [nft('type nat hook prerouting priority -100')],
      ['input', 'forward', 'output'],
    ],
    [
      'no rules at all',
      ['{"nftables": [{"metainfo": {"version": "1.0.6"}}]}'],
      ['input', 'forward', 'output'],
    ],
    [
      'a table that sleeps',
      [nft('type filter hook forward priority 0').replace('{\n', '{\nflags dormant\n')],
      ['input', 'forward', 'output'],
    ],
    [
      'iptables-save',
      ['*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n'],
      ['input', 'forward', 'output'],
    ],
    [
      'iptables-save of the table nat alone',
      ['*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\nCOMMIT\n'],
      [],
    ],
    [
      'iptables-save of the table raw alone',
      ['*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n'],
      [],
    ],
    [
      'iptables listed by nft, which shows used chains only',
      ['table ip filter {\nchain FORWARD { type filter hook forward priority filter; policy drop; }\n}'],
      ['input', 'forward', 'output'],
    ],
    [
      'the table nat alone, beside a file without content',
      ['*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n', ''],
      [],
    ],
    [
      'a listing that only translates, and a save of the table filter',
      [
        nft('type nat hook prerouting priority -100'),
        '*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n',
      ],
      ['input', 'forward', 'output'],
    ],
    [
      'a listing that only translates, and one that filters',
      [
        nft('type nat hook prerouting priority -100'),
        nft('type filter hook input priority 0').replace('viz', 'own'),
      ],
      ['input'],
    ],
  ])('%s', (_, texts, hooks) => {
    expect(spoken(...texts)).toEqual(hooks);
  });
});

test('of a collected machine nothing is missing: a hook without a chain filters nothing', () => {
  const machine = { spokenHooks: ['output'] as const };
  expect(() => {
    refuseUnspokenHook(machine, 'input', ['rules.nft'], false);
  }).toThrow(/no filter chain on hook input, only on output/);
  refuseUnspokenHook(machine, 'input', ['machine.json'], true);
});
