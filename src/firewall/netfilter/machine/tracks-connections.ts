import type { Family } from '../../../net/address.ts';
import type { Match } from '../../model/match.ts';
import type { Table } from '../../model/ruleset.ts';
import type { Firewall } from './firewall.ts';

const known = new WeakMap<Firewall, Map<Family, boolean>>();

/**
 * Whether conntrack surely looks at packets of the family: rules that test connections or translate addresses call it. It puts
 * fragments together first (nf_defrag_ipv4, nf_defrag_ipv6).
 */
export function tracksConnections(firewall: Firewall, family: Family): boolean {
  const ofFirewall = known.get(firewall) ?? new Map<Family, boolean>();
  known.set(firewall, ofFirewall);
  const tracks = ofFirewall.get(family) ?? firewall.tables.some((table) => tracksIn(table, family));
  ofFirewall.set(family, tracks);
  return tracks;
}

function tracksIn({ family: table, chains }: Table, family: Family): boolean {
  if (table !== 'inet' && table !== (family === 4 ? 'ip' : 'ip6')) return false;
  return [...chains.values()].some(
    ({ base, rules }) =>
      base?.type === 'nat' || rules.some(({ matches }) => matches.some(isAboutConnections)),
  );
}

function isAboutConnections(match: Match): boolean {
  switch (match.kind) {
    case 'number':
    case 'address':
      return match.field.startsWith('ct-');
    case 'all':
    case 'any':
      return match.of.some(isAboutConnections);
    case 'not':
      return isAboutConnections(match.of);
    default:
      return false;
  }
}
