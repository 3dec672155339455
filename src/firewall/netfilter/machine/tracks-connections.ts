import type { Family } from '../../../net/address.ts';
import type { Rule, Table } from '../../model/ruleset.ts';
import { eachTestOf } from '../../model/visit-matches.ts';
import type { Firewall } from './firewall.ts';
import { onceAFirewall } from './once-a-firewall.ts';

/**
 * Whether conntrack surely looks at packets of the family: rules that test connections or translate addresses call it. It puts
 * fragments together first (nf_defrag_ipv4, nf_defrag_ipv6).
 */
export function tracksConnections(firewall: Firewall, family: Family): boolean {
  const known = knownOf(firewall);
  return (known[family] ??= firewall.tables.some((table) => tracksIn(table, family)));
}

const knownOf = onceAFirewall((): Record<Family, boolean | null> => ({ 4: null, 6: null }));

function tracksIn({ family: table, chains }: Table, family: Family): boolean {
  if (table !== 'inet' && table !== (family === 4 ? 'ip' : 'ip6')) return false;
  return [...chains.values()].some(
    ({ base, rules }) => base?.type === 'nat' || rules.some(isAboutConnections),
  );
}

function isAboutConnections(rule: Rule): boolean {
  let isAbout = false;
  eachTestOf(rule, (match) => {
    isAbout ||= (match.kind === 'number' || match.kind === 'address') && match.field.startsWith('ct-');
  });
  return isAbout;
}
