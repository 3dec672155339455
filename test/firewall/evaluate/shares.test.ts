import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firewall, type Firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import type { Access } from '../../../src/firewall/proof/access.ts';
import { accessProver, type AccessProof } from '../../../src/firewall/proof/prove-access.ts';
import { parseRulesets, type RulesetSource } from '../../../src/firewall/languages/dialect.ts';
import type { TraceEntry } from '../../../src/firewall/netfilter/trace/trace-entry.ts';
import { formatAddressSet } from '../../../src/net/address-set.ts';
import { union, type IntervalSet } from '../../../src/net/interval-set.ts';
import { parseAddress, type Family } from '../../../src/net/address.ts';
import { parsePrefix } from '../../../src/net/prefix.ts';
import { setSize } from '../../../src/net/set-size.ts';
import { decidingRules } from '../../../src/verdict/trace/deciding-rule.ts';

function iptables(lines: readonly string[], policy = 'DROP'): Firewall {
  const text = ['*filter', `:INPUT ${policy} [0:0]`, ':OUTPUT ACCEPT [0:0]', ...lines, 'COMMIT'].join('\n');
  return read({ text, file: 'x.rules', dialect: 'iptables' });
}

const nft = (rules: string): Firewall =>
  read({
    text: `table inet t {\nchain i { type filter hook input priority 0; policy drop;\n${rules}\n}\n}`,
    file: 'x.nft',
    dialect: 'nft',
  });

const read = (...sources: readonly RulesetSource[]): Firewall => firewall(parseRulesets(sources));

function proved(machine: Firewall, asked: Partial<Access> = {}): AccessProof {
  const found = accessProver(machine)({
    expected: 'reachable',
    permitted: [parsePrefix('10.20.0.0/16', 'client')],
    ...{ transport: 'tcp', port: 102, hook: 'input', interface: null },
    destinations: [parseAddress('10.20.0.11', 'host')],
    selfAddresses: [],
    ...asked,
  });
  if (found === null) throw new Error('nobody to ask about');
  return found;
}

/** How many addresses each list of rules takes, the largest first. */
const shown = (found: AccessProof, kind: 'allowed' | 'blocked'): readonly unknown[] =>
  found.sharesOf(kind).largest.map(({ sources, entries }) => {
    const size = setSize(sources[4]) + setSize(sources[6]);
    return [entries.map(({ rule }) => rule).join(' > '), size];
  });

describe('the rules that decide, by how many they take', () => {
  test('a policy stops all but one, whom the first rule stops', () => {
    expect(shown(proved(iptables(['-A INPUT -s 10.20.0.1/32 -j DROP'])), 'blocked')).toEqual([
      // The host itself is none of the 65,536.
      ['policy drop', 65_534n],
      ['-A INPUT -s 10.20.0.1/32 -j DROP', 1n],
    ]);
  });

  test('a blocklist that is evaluated as one rule is reported rule by rule', () => {
    const list = Array.from({ length: 20 }, (_, nth) => `-A INPUT -s 10.20.${nth}.0/24 -j DROP`);
    const lines = ['-A INPUT -s 10.20.3.0/25 -j ACCEPT', ...list, '-A INPUT -j ACCEPT'];
    const found = proved(iptables(lines));
    expect(shown(found, 'blocked')).toHaveLength(16);
    expect(shown(found, 'blocked')[0]).toEqual(['-A INPUT -s 10.20.1.0/24 -j DROP', 256n]);
    expect(found.sharesOf('blocked').count).toBe(20);
    expect(shown(found, 'allowed')[0]).toEqual(['-A INPUT -j ACCEPT', 65_536n - 20n * 256n]);
  });

  test('a verdict map is one rule, whatever its elements say', () => {
    const found = proved(nft('ip saddr vmap { 10.20.0.0/17 : accept, 10.20.128.0/18 : drop }'));
    expect(shown(found, 'blocked')).toEqual([
      [expect.stringContaining('vmap'), 16_384n],
      ['policy drop', 16_384n],
    ]);
    expect(shown(found, 'allowed')).toEqual([[expect.stringContaining('vmap'), 32_767n]]);
  });

  test('both families of one rule are one share', () => {
    const found = proved(nft('tcp dport 1 accept'), {
      permitted: [parsePrefix('10.20.0.0/16', 'client'), parsePrefix('fd00::/64', 'client')],
      destinations: [parseAddress('10.20.0.11', 'host'), parseAddress('fd00::1', 'host')],
    });
    expect(shown(found, 'blocked')).toEqual([['policy drop', 65_535n + 2n ** 64n - 1n]]);
  });

  test('whom a source port lets in, each by the rule that does', () => {
    const lines = [
      '-A INPUT -s 10.1.0.0/16 -p tcp --sport 53 -j ACCEPT',
      '-A INPUT -s 10.2.0.0/16 -p tcp --sport 67 -j ACCEPT',
    ];
    const found = proved(iptables(lines), { expected: 'blocked' });
    expect(shown(found, 'allowed')).toEqual([
      ['-A INPUT -s 10.1.0.0/16 -p tcp --sport 53 -j ACCEPT', 65_536n],
      ['-A INPUT -s 10.2.0.0/16 -p tcp --sport 67 -j ACCEPT', 65_536n],
    ]);
  });
});

/** Rules of one chain, and of one it calls, that differ in their sources. */
const rules = fc
  .array(
    fc.record({
      chain: fc.constantFrom('INPUT', 'INPUT', 'B'),
      match: fc.constantFrom(
        ...['', '-p tcp', '-p tcp -m tcp --dport 100:200', '-m limit --limit 1/s', '-i eth0'],
        ...['! -s 10.20.8.0/24 -p tcp', '-p tcp -m tcp --sport 1:1023', '-p tcp -m tcp --sport 1024:65535'],
        '-m conntrack --ctstate NEW',
      ),
      target: fc.constantFrom('ACCEPT', 'DROP', 'REJECT', 'RETURN', 'A', 'B', 'LOG'),
      sources: fc.array(fc.tuple(fc.nat(31), fc.integer({ min: 19, max: 32 })), {
        minLength: 1,
        maxLength: 20,
      }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((groups) =>
    groups.flatMap(({ chain, match, target, sources }) =>
      sources.map(([third, length]) => {
        const source = match.includes('-s ') ? '' : `-s 10.20.${third * 8}.0/${length} `;
        return `-A ${chain} ${source}${match} -j ${target === chain ? 'A' : target}`;
      }),
    ),
  );

const named = (entries: readonly TraceEntry[]): readonly string[] =>
  entries.map(({ chain, line, rule }) => `${chain} ${line} ${rule}`);

test('every source is in one share, and meets the rules of it', () => {
  fc.assert(
    fc.property(rules, fc.constantFrom('reachable', 'blocked'), (lines, expected) => {
      const chains = [':A - [0:0]', ':B - [0:0]', '-A A -s 10.20.0.0/19 -j ACCEPT'];
      const found = proved(iptables([...chains, ...lines, '-A INPUT -p tcp -j B']), { expected });
      for (const kind of ['allowed', 'blocked'] as const) {
        const { largest: shares, count } = found.sharesOf(kind);
        for (const family of count > shares.length ? [] : ([4, 6] as const)) {
          const all = found.proof[kind][family];
          expect(formatAddressSet(union(...shares.map(({ sources }) => sources[family])), family)).toBe(
            formatAddressSet(all, family),
          );
          expect(sum(shares.map(({ sources }) => sources[family]))).toBe(setSize(all));
        }
        if (kind !== found.fate) continue;
        for (const { sources, entries } of shares.slice(0, 6)) {
          for (const address of someOf(sources[4], 4))
            expect(named(decidingRules(found.pathOf(address), kind))).toEqual(named(entries));
        }
      }
    }),
    { numRuns: 200 },
  );
});

const sum = (sets: readonly IntervalSet[]): bigint => sets.reduce((total, set) => total + setSize(set), 0n);

const someOf = (set: IntervalSet, family: Family) =>
  [set[0], set.at(-2)].flatMap((bound) => (bound === undefined ? [] : [{ family, value: BigInt(bound) }]));
