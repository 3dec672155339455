import { holds, type IntervalSet } from '../../net/interval-set.ts';
import type { Transport } from '../../net/port-range.ts';
import type { Effect } from '../model/action.ts';
import { PROTOCOL, type NumberField, type NumberMatch } from '../model/match.ts';
import type { Rule } from '../model/ruleset.ts';
import { eachTest } from '../model/visit-matches.ts';
import type { Firewall } from '../netfilter/machine/firewall.ts';
import type { FlowQuestion } from '../model/question.ts';

/**
 * A name for every port, the same for ports that no test of the firewall tells apart: what is proven of one of them is proven
 * of all. A long blocklist in front of a few ports is then gone through once, not once a port.
 */
export function portClasses(firewall: Firewall): (asked: AskedPort) => string {
  const tests = portTests(firewall);
  const known = { tcp: new Map<number, string>(), udp: new Map<number, string>() };
  return (asked) => {
    const names = known[asked.transport];
    const name = names.get(asked.port) ?? className(tests, asked);
    names.set(asked.port, name);
    return name;
  };
}

type AskedPort = Pick<FlowQuestion, 'transport' | 'port'>;

/** Ranges of ports that rules test for, in columns, and tests with a mask. */
interface PortTests {
  readonly from: number[];
  readonly to: number[];
  /** Where a test is of several ranges, which one; else 0. */
  readonly test: number[];
  /** Whether packets of the transport may match the rule, one bit each. */
  readonly transports: number[];
  /** Numbers of the tests of several ranges. */
  readonly numbers: Map<string, number>;
  readonly masked: Map<string, PortTest>;
}

/** Which tests hold; rules name the same few ports again and again. */
function className(
  { from, to, test, transports, masked }: PortTests,
  { transport, port }: AskedPort,
): string {
  const bit = BIT[transport];
  const inside = new Set<string>();
  for (let row = 0; row < from.length; row++) {
    if (port < (from[row] ?? 0) || port >= (to[row] ?? 0) || ((transports[row] ?? 0) & bit) === 0) continue;
    inside.add(test[row] === 0 ? `${from[row]}-${to[row]}` : `#${test[row]}`);
  }
  const bits = Array.from(masked.values(), ({ in: set, mask = 0 }) => (holds(set, port & mask) ? '1' : '0'));
  return `${[...inside].join(' ')}/${bits.join('')}`;
}

const BIT = { tcp: 1, udp: 2 } as const satisfies Record<Transport, number>;

/** Any of these may meet the port asked about: an answer carries it as its source. */
const PORT_FIELDS: ReadonlySet<NumberField> = new Set([
  'destination-port',
  'source-port',
  'ct-original-source-port',
  'ct-original-destination-port',
  'ct-reply-source-port',
  'ct-reply-destination-port',
]);

function portTests(firewall: Firewall): PortTests {
  const tests: PortTests = {
    ...{ from: [], to: [], test: [], transports: [] },
    ...{ numbers: new Map(), masked: new Map() },
  };
  eachTest(firewall, (match, rule) => {
    if (match.kind === 'number' && PORT_FIELDS.has(match.field)) addTest(tests, match, transportsOf(rule));
  });
  for (const { chains } of firewall.tables) {
    for (const { rules } of chains.values())
      for (const rule of rules) {
        // What NAT leads to its own port has not been led away.
        for (const ports of rule.effects.flatMap(portsOf)) addTest(tests, { in: ports }, transportsOf(rule));
      }
  }
  return tests;
}

/** The ports that NAT leads to. */
function portsOf(effect: Effect): readonly IntervalSet[] {
  if (effect.kind === 'choose') return effect.cases.flatMap(({ effects }) => effects.flatMap(portsOf));
  return (effect.kind === 'dnat' || effect.kind === 'redirect') && effect.ports !== null
    ? [effect.ports]
    : [];
}

type PortTest = Pick<NumberMatch, 'in' | 'mask'>;

function addTest(tests: PortTests, match: PortTest, transports: number): void {
  const { in: set, mask } = match;
  if (mask !== undefined) {
    tests.masked.set(`${mask}/${set.join()}`, match);
    return;
  }
  const test = set.length <= 2 ? 0 : numberOf(set.join(), tests.numbers);
  for (let i = 0; i < set.length; i += 2) {
    tests.from.push(Number(set[i]));
    tests.to.push(Number(set[i + 1]));
    tests.test.push(test);
    tests.transports.push(transports);
  }
}

/** From 1, in the order they come. */
function numberOf(key: string, numbers: Map<string, number>): number {
  const number = numbers.get(key) ?? numbers.size + 1;
  numbers.set(key, number);
  return number;
}

/** Those whose packets may match, and the answers to them: an answer has the same protocol. */
function transportsOf({ matches }: Rule): number {
  let transports = BIT.tcp | BIT.udp;
  for (const match of matches) {
    if (match.kind !== 'number' || match.field !== 'protocol' || match.mask !== undefined) continue;
    if (!holds(match.in, PROTOCOL.tcp)) transports &= ~BIT.tcp;
    if (!holds(match.in, PROTOCOL.udp)) transports &= ~BIT.udp;
  }
  return transports;
}
