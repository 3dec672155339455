import type { Family } from '../../../net/address.ts';
import { intervalSet, union, type Bound, type IntervalSet } from '../../../net/interval-set.ts';
import type { Effect } from '../../model/action.ts';
import type { Match } from '../../model/match.ts';
import type { Chain, Rule, Table } from '../../model/ruleset.ts';
import type { Firewall } from './firewall.ts';
import { onceAFirewall } from './once-a-firewall.ts';

/**
 * Addresses that rules show to be other machines: those that rules on hook forward let pass by name, one by one, where packets to an
 * address of this machine never get, and those that DNAT leads to from every interface but one, which is theirs. Whoever publishes
 * a port writes such rules.
 */
export function forwardedAddresses(firewall: Firewall, family: Family): IntervalSet {
  const made = madeOf(firewall);
  return (made[family] ??= findForwarded(firewall, family));
}

const madeOf = onceAFirewall((): Record<Family, IntervalSet | null> => ({ 4: null, 6: null }));

/** Of these, those that DNAT leads to from every interface but theirs. */
export function publishedAddresses(firewall: Firewall, family: Family): IntervalSet {
  const made = publishedOf(firewall);
  return (made[family] ??= findPublished(firewall, family));
}

const publishedOf = onceAFirewall((): Record<Family, IntervalSet | null> => ({ 4: null, 6: null }));

function findPublished(firewall: Firewall, family: Family): IntervalSet {
  return intervalSet(rulesOn(firewall, 'prerouting', family).flatMap((rule) => publishedBy(rule, family)));
}

function findForwarded(firewall: Firewall, family: Family): IntervalSet {
  const named = rulesOn(firewall, 'forward', family).flatMap((rule) =>
    rule.effects.some(letsPass) ? namedBy(rule, family) : [],
  );
  return union(intervalSet(named), publishedAddresses(firewall, family));
}

/** The rules of the hook's chains and of those they call. */
function rulesOn({ hooks }: Firewall, hook: 'forward' | 'prerouting', family: Family): readonly Rule[] {
  const found: Rule[] = [];
  const seen = new Set<Chain>();
  const open = hooks[hook][family].map(({ table, chain }) => ({ table, chain }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { table, chain } = next;
    if (seen.has(chain)) continue;
    seen.add(chain);
    for (const rule of chain.rules) {
      found.push(rule);
      for (const called of rule.effects.flatMap((effect) => callsOf(effect, table)))
        open.push({ table, chain: called });
    }
  }
  return found;
}

/** Where the packets of one interface are left alone, as Docker does, the machine that DNAT leads to is on that interface. */
function publishedBy({ matches, effects }: Rule, family: Family): readonly Bound[] {
  if (!matches.some(excludesInterface)) return [];
  return effects.flatMap((effect) =>
    effect.kind === 'dnat' && (effect.family ?? family) === family && effect.to !== null
      ? singles(effect.to)
      : [],
  );
}

function excludesInterface(match: Match): boolean {
  if (match.kind !== 'not' || match.of.kind !== 'interface') return false;
  const { field, in: names } = match.of;
  return field === 'in-interface' && names.length === 1 && names[0] !== 'lo';
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
