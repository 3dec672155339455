import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shareOfRuns } from '../../thorough.ts';
import { evaluate, traceRules } from '../../../src/firewall/proof/evaluate.ts';
import { firewall, type Firewall } from '../../../src/firewall/netfilter/machine/firewall.ts';
import { portClasses } from '../../../src/firewall/proof/port-classes.ts';
import type { Access } from '../../../src/firewall/proof/access.ts';
import { accessProver } from '../../../src/firewall/proof/prove-access.ts';
import { flowQuestion, type FlowQuestion } from '../../../src/firewall/model/question.ts';
import { expandMerged } from '../../../src/firewall/model/merge-rules.ts';
import { parseRulesets } from '../../../src/firewall/languages/dialect.ts';
import { parseAddress } from '../../../src/net/address.ts';
import { parsePrefix } from '../../../src/net/prefix.ts';

// What makes long rulesets fast must not change an answer: each shortcut is held against the way without it.

const PORTS = [102, 103, 10100, 10101, 10102, 10301];

/** Rules of which many neighbours differ in their addresses alone, in a chain and one it calls. */
const rules = fc
  .array(
    fc.record({
      chain: fc.constantFrom('INPUT', 'INPUT', 'B'),
      match: fc.constantFrom(
        ...['', '-p tcp', '-p udp -m udp --dport 10100:10102', '-m limit --limit 1/s', '-i eth0'],
        ...['-m conntrack --ctstate NEW', '-p tcp -m multiport --dports 102,10101', '-d 10.0.0.1/32'],
        ...['! -s 10.30.8.0/24 -p tcp', '-p tcp -m tcp --sport 10102', '-p tcp -m tcp --sport 1024:65535'],
      ),
      target: fc.constantFrom('ACCEPT', 'DROP', 'REJECT', 'RETURN', 'A', 'B', 'LOG'),
      sources: fc.array(fc.tuple(fc.nat(63), fc.integer({ min: 20, max: 32 })), {
        minLength: 1,
        maxLength: 40,
      }),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((groups) =>
    groups.flatMap(({ chain, match, target, sources }) =>
      sources.map(([third, length]) => {
        const source = match.includes('-s ') ? '' : `-s 10.30.${third}.0/${length} `;
        return `-A ${chain} ${source}${match} -j ${target === chain ? 'A' : target}`;
      }),
    ),
  );

function ruleset(lines: readonly string[]): Firewall {
  const text = [
    '*filter',
    ...[':INPUT DROP [0:0]', ':FORWARD DROP [0:0]', ':OUTPUT DROP [0:0]', ':A - [0:0]', ':B - [0:0]'],
    '-A A -s 10.30.0.0/19 -j ACCEPT',
    '-A OUTPUT -p tcp --sport 102:10101 -j ACCEPT',
    '-A OUTPUT -m conntrack --ctstate ESTABLISHED -m limit --limit 1/s -j ACCEPT',
    ...lines,
    'COMMIT',
  ].join('\n');
  return firewall(parseRulesets([{ text, file: 'x.rules', dialect: 'iptables' }]));
}

const DESTINATION = parseAddress('10.0.0.1', 'destination');
const SOURCES = [parsePrefix('10.30.0.0/16', 'sources')];

describe('neighbours that do the same to different addresses', () => {
  test('made one decide as they did one by one, by the same rules', () => {
    fc.assert(
      fc.property(
        rules,
        fc.constantFrom('tcp', 'udp'),
        fc.constantFrom(...PORTS),
        fc.nat(63),
        (lines, transport, port, third) => {
          // A rule that does nothing has no like neighbour.
          const apart = lines.flatMap((line) => [line, `${/^-A \w+/.exec(line)?.[0]} ${APART}`]);
          const asked = { destination: DESTINATION, transport, port };
          const everybody = flowQuestion({ ...asked, sources: SOURCES });
          const one = flowQuestion({ ...asked, sources: [parsePrefix(`10.30.${third}.0/32`, 'source')] });
          const [short, long] = [ruleset(lines), ruleset(apart)];
          expect(resultOf(short, everybody)).toEqual(resultOf(long, everybody));
          const [joined, separate] = [path(short, one), path(long, one)];
          if (!separate.isCut) expect(joined.entries).toEqual(separate.entries);
        },
      ),
      { numRuns: shareOfRuns(25, 150) },
    );
  });
});

const APART = '-m comment --comment apart';

function resultOf(machine: Firewall, question: FlowQuestion): unknown {
  const { allowed, blocked, undecided } = evaluate(machine, question);
  return { allowed, blocked, undecided };
}

/** The rules met but for those that only keep others apart; no more than a thousand are reported. */
function path(
  machine: Firewall,
  question: FlowQuestion,
): { readonly entries: readonly unknown[]; readonly isCut: boolean } {
  const shown = traceRules(machine, question);
  const entries = shown.filter(({ rule }) => !rule.endsWith(APART));
  return {
    entries: entries.map(({ rule, effect, reasons }) => ({ rule, effect, reasons })),
    isCut: shown.length >= 1000,
  };
}

test('a blocklist becomes one rule, and a chain without like neighbours stays as it is', () => {
  const lines = (target: (index: number) => string): readonly string[] =>
    Array.from({ length: 1000 }, (_, index) => `-A INPUT -s 10.30.${index % 250}.9 -j ${target(index)}`);
  const inputOf = (machine: Firewall) => machine.tables[0]?.chains.get('INPUT')?.rules ?? [];
  const blocklist = ruleset(lines(() => 'DROP'));
  expect(inputOf(blocklist)).toHaveLength(1);
  expect(
    inputOf(blocklist)
      .flatMap(expandMerged)
      .map(({ text }) => text),
  ).toEqual(lines(() => 'DROP'));
  expect(
    inputOf(blocklist)
      .flatMap(expandMerged)
      .map(({ line }) => line),
  ).toEqual(Array.from({ length: 1000 }, (_, index) => index + 10));
  expect(blocklist.ruleCount).toBe(1003);
  expect(inputOf(ruleset(lines((index) => (index % 2 === 0 ? 'DROP' : 'ACCEPT'))))).toHaveLength(1000);
});

test('a packet finds its rule in a long blocklist, however many are asked about', () => {
  const blocklist = ruleset(
    Array.from({ length: 5000 }, (_, n) =>
      n === 2500
        ? '-A INPUT -s 10.30.0.0/16 -j DROP'
        : `-A INPUT -s 10.${n % 250}.${Math.floor(n / 250)}.9 -j DROP`,
    ),
  );
  for (let n = 0; n < 20; n++) {
    const source = parsePrefix(`10.30.${n}.9/32`, 'source');
    const asked = flowQuestion({ sources: [source], destination: DESTINATION, transport: 'tcp', port: 102 });
    const line = 250 * n + 30;
    const expected = line < 2500 ? `-A INPUT -s 10.30.${n}.9 -j DROP` : '-A INPUT -s 10.30.0.0/16 -j DROP';
    expect(traceRules(blocklist, asked).map(({ rule }) => rule)).toEqual([expected]);
  }
});

describe('ports that no rule tells apart', () => {
  test('share a class, and only they', () => {
    const classOf = portClasses(
      ruleset([
        '-A INPUT -p tcp -m multiport --dports 102,10300:10302 -j ACCEPT',
        '-A INPUT -p udp --dport 10100 -j A',
      ]),
    );
    const tcp = (port: number): string => classOf({ transport: 'tcp', port });
    const udp = (port: number): string => classOf({ transport: 'udp', port });
    expect(tcp(10300)).toBe(tcp(10302));
    expect(tcp(20000)).toBe(tcp(20001));
    expect(new Set([102, 103, 10103, 10300].map(tcp)).size).toBe(4);
    expect(udp(10300)).toBe(udp(102));
    expect(udp(10100)).not.toBe(udp(102));
  });

  test('share their proof, which is that of each alone', () => {
    fc.assert(
      fc.property(rules, fc.constantFrom('reachable', 'blocked'), (lines, expected) => {
        const machine = ruleset(lines);
        const shared = accessProver(machine);
        for (const transport of ['tcp', 'udp'] as const) {
          for (const port of PORTS) {
            const access: Access = {
              expected,
              transport,
              port,
              hook: 'input',
              interface: null,
              permitted: SOURCES,
              destinations: [DESTINATION],
              selfAddresses: [DESTINATION],
            };
            const [one, other] = [shared(access), accessProver(machine)(access)];
            expect(one?.proof.allowed).toEqual(other?.proof.allowed);
            expect(one?.proof.blocked).toEqual(other?.proof.blocked);
            expect(one?.proof.undecided).toEqual(other?.proof.undecided);
            expect(one?.proof.trace).toEqual(other?.proof.trace);
          }
        }
      }),
      { numRuns: shareOfRuns(8, 40) },
    );
  });
});
