import { formatPrefix, type Prefix } from '../../net/prefix.ts';
import { formatPortRange } from '../../net/port-range.ts';
import { familyMatches, type FamilyMatch } from '../policy/family-match.ts';
import type { PortsAt } from '../policy/policy.ts';
import { describeAccept, type RuleFormat } from '../policy/rule-format.ts';
import { commentLine, doubleQuoted, shellFile } from '../policy/rule-text.ts';

const IP = { 4: 'ip', 6: 'ip6' } as const;
const WHOLE = { 4: '0.0.0.0/0', 6: '::/0' } as const;

/** An nftables file with a table of its own; see nft(8). */
export const nft: RuleFormat = {
  title: 'nftables, a table of its own',
  template: 'nft.liquid',
  file: 'vwaudit.nft',
  unsupported: { profile: 'nft has no network profiles' },
  syntax: { comment: commentLine, list: (words) => words.join(', '), quote: doubleQuoted },
  load: (file) => `nft -f ${shellFile(file)}`,
  remove: () => 'nft delete table inet vwaudit',
  notices: (placement) => [
    `another table can still drop what this one accepts: if nft list ruleset shows another dropping chain on hook ${hookOf(placement)}, accept the flows there too`,
  ],
  view: ({ placement, accepts, refusals }, { refuse }) => ({
    hook: hookOf(placement),
    accepts: accepts.map((accept) => ({
      purpose: describeAccept(accept),
      ...target(accept, accept.sources),
    })),
    refusals: refusals.map((refusal) => target(refusal, null)),
    refuse: refuse ?? 'reject',
  }),
};

function hookOf(placement: 'host' | 'gateway'): string {
  return placement === 'host' ? 'input' : 'forward';
}

function target({ transport, ports, destinations }: PortsAt, sources: readonly Prefix[] | null) {
  const matches = familyMatches(sources, destinations);
  const isAnything = matches.length === 2 && matches.every((match) => !match.sources && !match.destinations);
  return {
    transport,
    ports: ports.map((range) => formatPortRange(range)),
    matches: isAnything ? [{ ip: null, sources: null, destinations: null }] : matches.map(familyView),
  };
}

/** Something must name the family in an inet table: where neither address does, the whole source range. */
function familyView({ family, sources, destinations }: FamilyMatch) {
  return {
    ip: IP[family],
    sources: sources?.map(formatPrefix) ?? (destinations === null ? [WHOLE[family]] : null),
    destinations: destinations?.map(formatPrefix) ?? null,
  };
}
