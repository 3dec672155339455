import { FAMILIES, type Family } from '../../net/address.ts';
import { formatPrefix, type Prefix } from '../../net/prefix.ts';
import { formatPortRange, type PortRange } from '../../net/port-range.ts';
import { familyMatches } from '../policy/family-match.ts';
import type { Placement, PortsAt } from '../policy/policy.ts';
import { describeAccept, type RuleFormat } from '../policy/rule-format.ts';
import { commentLine, doubleQuoted, shellFile } from '../policy/rule-text.ts';

/** Port slots of one `multiport` match, a range taking two; see iptables-extensions(8). */
const MULTIPORT_SLOTS = 15;

const TOOL = { 4: 'iptables', 6: 'ip6tables' } as const;
const REJECT_WITH = { 4: 'icmp-admin-prohibited', 6: 'icmp6-adm-prohibited' } as const;
const CHAIN = { host: 'INPUT', gateway: 'FORWARD' } as const satisfies Record<Placement, string>;

/** A POSIX shell script that loads a chain of its own with iptables and ip6tables, legacy or nft. */
export const iptables: RuleFormat = {
  title: 'iptables and ip6tables: one shell script with a chain of its own',
  template: 'iptables.liquid',
  file: 'vwaudit-iptables.sh',
  unsupported: { profile: 'iptables has no network profiles' },
  syntax: { comment: commentLine, list: (words) => words.join(','), quote: doubleQuoted },
  load: (file) => `sh ${shellFile(file)}`,
  remove: (placement) =>
    `for t in iptables ip6tables; do $t -w -D ${CHAIN[placement]} -j VWAUDIT; $t -w -F VWAUDIT; $t -w -X VWAUDIT; done`,
  notices: (placement) => [
    `the rules come first in ${CHAIN[placement]} and last until the next restart: to keep them, start the script at boot or run netfilter-persistent save`,
    'on a machine with both back ends of iptables, an argument says which one loads them: legacy or nft (iptables-legacy or iptables-nft, which then also removes them)',
    'an nftables table beside iptables can still drop what these rules accept: check with nft list ruleset',
    ...(placement === 'gateway'
      ? ['replies of the hosts pass through FORWARD too: it must accept state ESTABLISHED']
      : []),
  ],
  view: ({ placement, accepts, refusals }, { refuse }) => ({
    chain: CHAIN[placement],
    refuse: refuse ?? 'reject',
    families: FAMILIES.map((family) => ({
      tool: TOOL[family],
      reject_with: REJECT_WITH[family],
      accepts: accepts.flatMap((accept) =>
        rules(accept, accept.sources, family).map((rule) => ({ ...rule, purpose: describeAccept(accept) })),
      ),
      refusals: refusals.flatMap((refusal) => rules(refusal, null, family)),
    })),
  }),
};

/** One rule for each source, destination and multiport's worth of ports. */
function rules(
  { transport, ports, destinations }: PortsAt,
  sources: readonly Prefix[] | null,
  family: Family,
) {
  const match = familyMatches(sources, destinations).find((other) => other.family === family);
  if (match === undefined) return [];
  return (match.destinations ?? [null]).flatMap((destination) =>
    (match.sources ?? [null]).flatMap((source) =>
      multiports(ports).map((some) => ({
        source: source && formatPrefix(source),
        destination: destination && formatPrefix(destination),
        transport,
        ports: some.map((range) => formatPortRange(range, ':')),
      })),
    ),
  );
}

/** The ranges in as few groups as `multiport` allows. */
export function multiports(ranges: readonly PortRange[]): readonly (readonly PortRange[])[] {
  const groups: PortRange[][] = [];
  let free = 0;
  for (const range of ranges) {
    const slots = range.first === range.last ? 1 : 2;
    if (slots > free) {
      groups.push([]);
      free = MULTIPORT_SLOTS;
    }
    groups.at(-1)?.push(range);
    free -= slots;
  }
  return groups;
}
