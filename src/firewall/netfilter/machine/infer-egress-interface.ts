import type { Family } from '../../../net/address.ts';
import type { IntervalSet } from '../../../net/interval-set.ts';
import { expandMerged } from '../../model/merge-rules.ts';
import type { AddressMatch, InterfaceMatch, Match } from '../../model/match.ts';
import { HOOKS, type Rule } from '../../model/ruleset.ts';
import type { Firewall } from './firewall.ts';
import { onceAFirewall } from './once-a-firewall.ts';

/**
 * The interface by which packets to this address leave, where the rules that accept exactly that address on its way out agree
 * on one name; else null. A ruleset does not show the routes, but whoever forwards a port by DNAT writes them down there.
 */
export function inferEgressInterface(
  firewall: Firewall,
  family: Family,
  destination: IntervalSet,
): string | null {
  return namesOf(firewall).get(keyOf(family, destination)) ?? null;
}

/** A rule that accepts what leaves by one interface to one address. */
interface Egress {
  readonly family: Family;
  readonly to: IntervalSet;
  readonly name: string;
}

/** The name for each destination; null where the rules do not agree on one. */
type Names = ReadonlyMap<string, string | null>;

const namesOf = onceAFirewall(findNames);

function findNames(firewall: Firewall): Names {
  const hooked = HOOKS.flatMap((hook) => [...firewall.hooks[hook][4], ...firewall.hooks[hook][6]]);
  const tables = new Set(hooked.map(({ table }) => table));
  const names = new Map<string, string | null>();
  for (const { chains } of tables)
    for (const { rules } of chains.values())
      for (const { family, to, name } of rules.flatMap(exitsOfRule)) {
        const key = keyOf(family, to);
        const other = names.get(key);
        names.set(key, other === undefined || other === name ? name : null);
      }
  return names;
}

function keyOf(family: Family, to: IntervalSet): string {
  return `${family} ${to.join()}`;
}

function exitsOfRule(rule: Rule): readonly Egress[] {
  return exitOf(rule).length === 0 ? [] : expandMerged(rule).flatMap(exitOf);
}

function exitOf({ matches, effects }: Rule): readonly Egress[] {
  if (effects.length !== 1 || effects[0]?.kind !== 'accept') return [];
  const [name, ...others] = matches.find(isOutInterface)?.in ?? [];
  const to = matches.find(isDestination);
  if (name === undefined || others.length > 0 || name.endsWith('*') || to === undefined) return [];
  return [{ family: to.family, to: to.in, name }];
}

function isOutInterface(match: Match): match is InterfaceMatch {
  return match.kind === 'interface' && match.field === 'out-interface';
}

function isDestination(match: Match): match is AddressMatch {
  return match.kind === 'address' && match.field === 'destination';
}
