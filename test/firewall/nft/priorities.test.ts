import { describe, expect, test } from 'vitest';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { HOOKS, TABLE_FAMILIES } from '../../../src/firewall/model/ruleset.ts';
import { InputError } from '../../../src/input-error.ts';

const IP_HOOKS = 'prerouting input forward output postrouting';
const IP = {
  raw: [-300, IP_HOOKS],
  mangle: [-150, IP_HOOKS],
  dstnat: [-100, 'prerouting output'],
  filter: [0, IP_HOOKS],
  security: [50, IP_HOOKS],
  srcnat: [100, 'input postrouting'],
} as const;

/**
 * What each name is, and the hooks it has there, as nft 1.0.6 answered for every name, hook and family; it refuses dstnat on
 * hook output and srcnat on hook input still, which later versions take.
 */
const TAKEN: Readonly<Record<string, Readonly<Record<string, readonly [number, string]>>>> = {
  ip: IP,
  ip6: IP,
  inet: { ...IP, ...withIngress('raw', 'mangle', 'filter', 'security') },
  bridge: {
    dstnat: [-300, 'prerouting'],
    filter: [-200, IP_HOOKS],
    out: [100, 'output'],
    srcnat: [300, 'postrouting'],
  },
  arp: { filter: [0, 'input output'] },
  netdev: { filter: [0, 'ingress egress'] },
};

function withIngress(...names: readonly (keyof typeof IP)[]): Record<string, readonly [number, string]> {
  return Object.fromEntries(names.map((name) => [name, [IP[name][0], `ingress ${IP_HOOKS}`]]));
}

describe.each(TABLE_FAMILIES)('names of priorities in family %s', (family) => {
  test.each(['raw', 'mangle', 'dstnat', 'filter', 'security', 'srcnat', 'out'])('%s', (name) => {
    const [priority = NaN, hooks = ''] = TAKEN[family]?.[name] ?? [];
    const taken = HOOKS.map((hook) => [hook, priorityOn(family, 'filter', hook, name)]).filter(
      ([, found]) => found !== null,
    );
    expect(taken).toEqual(hooks === '' ? [] : hooks.split(' ').map((hook) => [hook, priority]));
  });
});

test.each([
  ['raw', null],
  ['-200', null],
  ['dstnat - 100', null],
  ['-199', -199],
  ['mangle', -150],
])('NAT at priority %s, before connection tracking or behind it', (written, priority) => {
  expect(priorityOn('inet', 'nat', 'prerouting', written)).toBe(priority);
});

/** Null where the chain is refused. */
function priorityOn(family: string, type: string, hook: string, priority: string): number | null {
  const device = hook === 'ingress' || hook === 'egress' ? ' device "lo"' : '';
  const text = `table ${family} t {\n chain c {\n  type ${type} hook ${hook}${device} priority ${priority};\n }\n}\n`;
  try {
    const [ruleset] = parseRulesets([{ text, file: 'x.nft', dialect: 'nft' }]);
    return ruleset?.tables[0]?.chains.get('c')?.base?.priority ?? null;
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}
