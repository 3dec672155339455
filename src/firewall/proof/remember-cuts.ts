import type { IntervalSet } from '../../net/interval-set.ts';
import type { Firewall } from '../netfilter/machine/firewall.ts';
import type { Scenario } from '../netfilter/scenario.ts';
import { isSpent } from '../netfilter/work.ts';

/**
 * What was found for a case and its peers, found once: the answer, its witness, the path and the cases of one source all go through
 * the same cases again. Long lists of peers have nothing in common with each other, and are not remembered.
 */
export function rememberCuts<Found>(): (
  firewall: Firewall,
  one: Scenario,
  peers: IntervalSet,
  find: () => Found,
) => Found {
  const ofFirewalls = new WeakMap<Firewall, Map<string, Found>>();
  return (firewall, one, peers, find) => {
    // What is found in a hurry is not the answer for ever.
    if (peers.length > MAX_BOUNDS || isSpent(firewall)) return find();
    let known = ofFirewalls.get(firewall);
    if (known === undefined || known.size >= MAX_KNOWN) ofFirewalls.set(firewall, (known = new Map()));
    const key = `${peers.join()} ${keyOf(one)}`;
    const found = known.get(key) ?? find();
    known.set(key, found);
    return found;
  };
}

const MAX_BOUNDS = 64;

/** More than the cases of a few questions. */
const MAX_KNOWN = 4096;

const keys = new WeakMap<Scenario, string>();

/** Derived so that no field can be forgotten. */
function keyOf(one: Scenario): string {
  const known = keys.get(one);
  if (known !== undefined) return known;
  const key = JSON.stringify({ ...one, settled: [...one.settled] }, (_, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : value,
  );
  keys.set(one, key);
  return key;
}
