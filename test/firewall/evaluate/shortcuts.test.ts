import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { condensed } from '../../../src/firewall/evaluate/condense.ts';
import { evaluate } from '../../../src/firewall/evaluate/evaluate.ts';
import { firewall } from '../../../src/firewall/evaluate/firewall.ts';
import { portClasses } from '../../../src/firewall/evaluate/port-classes.ts';
import { accessProver, type Access } from '../../../src/firewall/evaluate/prove-access.ts';
import { flowQuestion } from '../../../src/firewall/evaluate/question.ts';
import { parseRulesets } from '../../../src/firewall/dialect.ts';
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
        maxLength: 20,
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

function ruleset(lines: readonly string[]) {
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

test('neighbours made one decide as they did one by one', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(rules, fc.constantFrom('tcp', 'udp'), fc.constantFrom(...PORTS), (lines, transport, port) => {
      const asked = flowQuestion({ sources: SOURCES, destination: DESTINATION, transport, port });
      // A rule that does nothing has no like neighbour.
      const apart = lines.flatMap((line) => [
        line,
        `${/^-A \w+/.exec(line)?.[0]} -m comment --comment apart`,
      ]);
      const [short, long] = [evaluate(ruleset(lines), asked), evaluate(ruleset(apart), asked)];
      expect(short.allowed).toEqual(long.allowed);
      expect(short.blocked).toEqual(long.blocked);
      expect(short.undecided).toEqual(long.undecided);
    }),
    { numRuns: 150 },
  );
});

test('a blocklist is condensed to one rule, and a chain without like neighbours stays as it is', () => {
  const lines = (target: (index: number) => string): readonly string[] =>
    Array.from({ length: 1000 }, (_, index) => `-A INPUT -s 10.30.${index % 250}.9 -j ${target(index)}`);
  const inputOf = (machine: ReturnType<typeof ruleset>) =>
    machine.tables[0]?.chains.get('INPUT')?.rules ?? [];
  expect(condensed(inputOf(ruleset(lines(() => 'DROP'))))).toHaveLength(1);
  const mixed = inputOf(ruleset(lines((index) => (index % 2 === 0 ? 'DROP' : 'ACCEPT'))));
  expect(condensed(mixed)).toBe(mixed);
});

describe('ports that no rule tells apart', () => {
  test('share a class, and only they', () => {
    const classOf = portClasses(
      ruleset([
        '-A INPUT -p tcp -m multiport --dports 102,10300:10302 -j ACCEPT',
        '-A INPUT -p udp --dport 10100 -j A',
      ]),
    );
    expect(classOf(10300)).toBe(classOf(10302));
    expect(classOf(20000)).toBe(classOf(20001));
    expect(new Set([102, 103, 10100, 10103, 10300].map(classOf)).size).toBe(5);
  });

  test('share their proof, which is that of each alone', { timeout: 60_000 }, () => {
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
      { numRuns: 40 },
    );
  });
});
