import type { IntervalSet } from '../../../net/interval-set.ts';
import type { Firewall } from '../../netfilter/machine/firewall.ts';
import type { Scenario } from '../../netfilter/scenario.ts';
import { keyOf } from '../key-of.ts';
import { isSpent } from '../../netfilter/work.ts';

/**
 * What was found for a case and its peers, found once: the answer, its witness, the path and the cases of one source all go through
 * the same cases again. Long lists of peers have nothing in common with each other, and are not remembered.
 * @param most cases that are remembered at a time
 */
export function rememberCases<Found>(
  most: number,
): (firewall: Firewall, one: Scenario, peers: IntervalSet, find: () => Found) => Found {
  const ofFirewalls = new WeakMap<Firewall, Known<Found>>();
  return (firewall, one, peers, find) => {
    // What is found in a hurry is not the answer for ever.
    if (peers.length > MAX_BOUNDS || isSpent(firewall)) return find();
    let known = ofFirewalls.get(firewall);
    if (known === undefined || known.byKey.size >= most)
      ofFirewalls.set(firewall, (known = { ofCase: new WeakMap(), byKey: new Map() }));
    const ofPeers = foundOf(known, one);
    const key = peers.join();
    const found = ofPeers.get(key) ?? find();
    ofPeers.set(key, found);
    return found;
  };
}

interface Known<Found> {
  /** The parts of a case that was cut before are the same objects, whose keys, which are long, need not be made again. */
  readonly ofCase: WeakMap<Scenario, Map<string, Found>>;
  readonly byKey: Map<string, Map<string, Found>>;
}

function foundOf<Found>({ ofCase, byKey }: Known<Found>, one: Scenario): Map<string, Found> {
  const known = ofCase.get(one);
  if (known !== undefined) return known;
  const key = keyOf({ ...one, settled: [...one.settled] });
  const found = byKey.get(key) ?? new Map<string, Found>();
  byKey.set(key, found);
  ofCase.set(one, found);
  return found;
}

const MAX_BOUNDS = 64;
