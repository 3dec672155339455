import type { Family } from '../../net/address.ts';
import { intervalSet, type Bound, type IntervalSet } from '../../net/interval-set.ts';
import type { Effect } from '../effect.ts';
import type { Match } from '../match.ts';
import type { Chain, Rule, Table } from '../ruleset.ts';
import type { Firewall } from './firewall.ts';

/**
 * Addresses that rules on hook forward let pass by name, one by one: packets to an address of this machine never get there, so these
 * are other machines. Whoever publishes a port with DNAT writes such a rule for it.
 */
export function forwardedAddresses(firewall: Firewall, family: Family): IntervalSet {
  const made = known.get(firewall) ?? { 4: null, 6: null };
  known.set(firewall, made);
  return (made[family] ??= findForwarded(firewall, family));
}

const known = new WeakMap<Firewall, Record<Family, IntervalSet | null>>();

function findForwarded({ hooks }: Firewall, family: Family): IntervalSet {
  const found: Bound[] = [];
  const seen = new Set<Chain>();
  const open = hooks.forward[family].map(({ table, chain }) => ({ table, chain }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { table, chain } = next;
    if (seen.has(chain)) continue;
    seen.add(chain);
    for (const rule of chain.rules) {
      if (rule.effects.some(letsPass)) found.push(...namedBy(rule, family));
      for (const called of rule.effects.flatMap((effect) => callsOf(effect, table)))
        open.push({ table, chain: called });
    }
  }
  return intervalSet(found);
}

function callsOf(effect: Effect, table: Table): readonly Chain[] {
  if (effect.kind === 'choose')
    return effect.cases.flatMap(({ effects }) => effects.flatMap((each) => callsOf(each, table)));
  const chain = effect.kind === 'jump' || effect.kind === 'goto' ? table.chains.get(effect.chain) : undefined;
  return chain === undefined ? [] : [chain];
}

function letsPass(effect: Effect): boolean {
  if (effect.kind === 'choose') return effect.cases.some(({ effects }) => effects.some(letsPass));
  return effect.kind === 'accept';
}

function namedBy({ matches, effects, joined }: Rule, family: Family): readonly Bound[] {
  if (joined !== undefined) {
    const test = matches[joined.at];
    return test !== undefined && isDestination(test, family) ? singles(joined.bounds) : [];
  }
  const chosen = effects.flatMap((effect) =>
    effect.kind === 'choose'
      ? effect.cases.filter((one) => one.effects.some(letsPass)).map(({ match }) => match)
      : [],
  );
  return [...matches, ...chosen].flatMap((match) => namedIn(match, family));
}

function namedIn(match: Match, family: Family): readonly Bound[] {
  if (match.kind === 'all' || match.kind === 'any') return match.of.flatMap((part) => namedIn(part, family));
  return match.kind === 'address' && isDestination(match, family) ? singles(match.in) : [];
}

function isDestination(match: Match, family: Family): boolean {
  return match.kind === 'address' && match.field === 'destination' && match.family === family;
}

/** Those of the intervals that are a few addresses: a network may be this machine's too. */
function singles(bounds: readonly Bound[]): readonly Bound[] {
  return bounds.filter((_, index) => {
    const [from = 0, to = 0] = [bounds[index & ~1], bounds[index | 1]];
    return BigInt(to) - BigInt(from) <= FEW;
  });
}

/** Neighbours in a set are one interval of it. */
const FEW = 8n;
