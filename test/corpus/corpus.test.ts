import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { firewall, type Firewall } from '../../src/firewall/netfilter/machine/firewall.ts';
import { evaluate } from '../../src/firewall/proof/evaluate.ts';
import { flowQuestion } from '../../src/firewall/model/question.ts';
import { parseRulesets } from '../../src/firewall/languages/dialect.ts';
import { addressSet, formatAddressSet, lowestAddress, toPrefixes } from '../../src/net/address-set.ts';
import { holds, intersect, subtract, union, type IntervalSet } from '../../src/net/interval-set.ts';
import { parsePrefix } from '../../src/net/prefix.ts';
import { parseListing, type ListedRule } from './listing.ts';

// Real rulesets with machine-checked answers: what `lower` accepts the machine surely accepts, what `upper` drops it
// surely drops. Our own sure answers must lie between, for every source and at every port and destination boundary.

const folder = process.env.VWAUDIT_CORPUS ?? '';
const home = path.join(folder, 'iptables-semantics');
const machines =
  folder !== '' && existsSync(home)
    ? readdirSync(home).filter((name) => existsSync(path.join(home, name, 'iptables-save')))
    : [];

/** The proofs put the loopback interface down to the source 127.0.0.0/8; what is asked here comes from elsewhere. */
const ASKED: IntervalSet = subtract([0, 2 ** 32], [0x7f000000, 0x80000000]);

describe.skipIf(machines.length === 0)('the proved corpus', () => {
  test.each(machines)('%s', (machine) => {
    const read = (name: string): string => readFileSync(path.join(home, machine, name), 'utf8');
    const chain = existsSync(path.join(home, machine, 'INPUT.upper')) ? 'INPUT' : 'FORWARD';
    const [lower, upper] = [
      parseListing(read(`${chain}.lower`), chain),
      parseListing(read(`${chain}.upper`), chain),
    ];
    const rules = onlyChain(read('iptables-save'), chain);
    const known = [...lower, ...upper];
    let cases = 0;
    for (const transport of ['tcp', 'udp'] as const) {
      for (const port of boundaries(
        known.map((rule) => rule.destinationPorts),
        65536,
      )) {
        for (const sourcePort of boundaries(
          known.map((rule) => rule.sourcePorts),
          65536,
        )) {
          for (const target of boundaries(
            known.map((rule) => rule.destination),
            2 ** 32,
          ).filter(isUnicast)) {
            const packet = { transport, port, sourcePort, target };
            const proofs = wiresOf(machine).map((wire) =>
              evaluate(
                rules,
                flowQuestion({
                  sources: toPrefixes(wire.sources, 4),
                  destination: lowestAddress([target, target + 1], 4) ?? null,
                  transport,
                  port,
                  sourcePorts: [sourcePort, sourcePort + 1],
                  hook: chain === 'INPUT' ? 'input' : 'forward',
                  interface: wire.interface,
                }),
              ),
            );
            const [allowed, blocked] = [
              union(...proofs.map((one) => one.allowed[4])),
              union(...proofs.map((one) => one.blocked[4])),
            ];
            const own = chain === 'INPUT' ? [target, target + 1] : [];
            const [least, most] = [accepted(lower, packet), accepted(upper, packet)].map((set) =>
              subtract(intersect(set, ASKED), own),
            );
            const about = `${transport} ${sourcePort} > ${formatAddressSet([target, target + 1], 4)}:${port}`;
            expect(described(subtract(least!, allowed)), `${about}: proved accepted, not said so`).toBe('');
            expect(
              described(subtract(subtract(subtract(ASKED, most!), blocked), own)),
              `${about}: proved dropped, not said so`,
            ).toBe('');
            cases++;
          }
        }
      }
    }
    expect(cases).toBeGreaterThan(1);
  });
});

interface Wire {
  readonly sources: IntervalSet;
  readonly interface: string | null;
}

/** Two proofs put interfaces down to the addresses behind them; here the addresses are asked by their interface. */
const LANS: Readonly<Record<string, string>> = { company: '172.16.2.0/24', laptop: '192.168.13.0/24' };

function wiresOf(machine: string): readonly Wire[] {
  const lan = LANS[machine];
  if (lan === undefined) return [{ sources: ASKED, interface: null }];
  const inside = addressSet([parsePrefix(lan, machine)], 4);
  return [
    { sources: inside, interface: 'eth0' },
    { sources: subtract(ASKED, inside), interface: 'ppp0' },
  ];
}

/** The chain alone, as the proofs are about it: no other table, no answer. */
function onlyChain(text: string, name: string): Firewall {
  const [ruleset] = parseRulesets([{ text, file: 'iptables-save', dialect: 'iptables' }]);
  const tables = ruleset!.tables
    .filter((table) => table.name === 'filter')
    .map((table) => ({
      ...table,
      chains: new Map(
        [...table.chains].map(([key, chain]) => [key, key === name ? chain : { ...chain, base: null }]),
      ),
    }));
  return firewall([{ ...ruleset!, tables }]);
}

interface Packet {
  readonly transport: string;
  readonly port: number;
  readonly sourcePort: number;
  readonly target: number;
}

function accepted(
  rules: readonly ListedRule[],
  { transport, port, sourcePort, target }: Packet,
): IntervalSet {
  let [accepted, open]: [IntervalSet, IntervalSet] = [[], [0, 2 ** 32]];
  for (const rule of rules) {
    if (rule.protocol !== 'all' && rule.protocol !== transport) continue;
    if (
      !holds(rule.destinationPorts, port) ||
      !holds(rule.sourcePorts, sourcePort) ||
      !holds(rule.destination, target)
    )
      continue;
    if (rule.accepts) accepted = union(accepted, intersect(open, rule.source));
    open = subtract(open, rule.source);
  }
  return accepted;
}

/** An address (198.51.100.7) that stands for all no rule names. */
const ORDINARY = 0xc6336407;

/** The first and the last value of every class that the rules tell apart. */
function boundaries(sets: readonly IntervalSet[], end: number): readonly number[] {
  const bounds = new Set([0, end, ...sets.flat().map(Number)]);
  return [...new Set([...bounds].flatMap((bound) => [bound - 1, bound])), ORDINARY % end].filter(
    (value) => value >= 0 && value < end,
  );
}

function isUnicast(address: number): boolean {
  return address >= 2 ** 24 && address >>> 24 !== 127 && address >>> 28 < 14;
}

function described(set: IntervalSet): string {
  return formatAddressSet(set.slice(0, 6), 4);
}
