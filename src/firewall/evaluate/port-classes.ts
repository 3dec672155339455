import { holds } from '../../net/interval-set.ts';
import type { NumberField, NumberMatch } from '../match.ts';
import { eachTest } from './each-test.ts';
import type { Firewall } from './firewall.ts';

/**
 * A name for every port, the same for ports that no test of the firewall tells apart: what is proven of one of them is proven
 * of all. A long blocklist in front of a few ports is then gone through once, not once a port.
 */
export function portClasses(firewall: Firewall): (port: number) => string {
  const tests = portTests(firewall);
  const known = new Map<number, string>();
  return (port) => {
    const name = known.get(port) ?? className(tests, port);
    known.set(port, name);
    return name;
  };
}

/** Tests of ports that differ from each other: ranges in columns, each with the number of its test, and those with a mask. */
interface PortTests {
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly test: readonly number[];
  readonly masked: readonly NumberMatch[];
}

function className({ from, to, test, masked }: PortTests, port: number): string {
  const inside: number[] = [];
  for (let row = 0; row < from.length; row++) {
    if (port >= (from[row] ?? 0) && port < (to[row] ?? 0)) inside.push(test[row] ?? 0);
  }
  const bits = masked.map(({ in: set, mask = 0 }) => (holds(set, port & mask) ? '1' : '0'));
  return `${inside.join()}/${bits.join('')}`;
}

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
  const [from, to, test]: [number[], number[], number[]] = [[], [], []];
  const masked: NumberMatch[] = [];
  const seen = new Set<string | number>();
  eachTest(firewall, (match) => {
    if (match.kind !== 'number' || !PORT_FIELDS.has(match.field)) return;
    if (match.mask !== undefined) {
      masked.push(match);
      return;
    }
    // Rules name the same few ports again and again.
    const key = keyOf(match);
    if (seen.has(key)) return;
    seen.add(key);
    for (let i = 0; i < match.in.length; i += 2) {
      from.push(Number(match.in[i]));
      to.push(Number(match.in[i + 1]));
      test.push(seen.size);
    }
  });
  return { from, to, test, masked };
}

function keyOf({ in: set }: NumberMatch): string | number {
  const [from, to] = set;
  const isOneRange = set.length === 2 && typeof from === 'number' && typeof to === 'number';
  return isOneRange ? from * 65_537 + to : set.join();
}
