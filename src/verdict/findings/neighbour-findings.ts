import type { TraceEntry } from '../../firewall/netfilter/trace/trace-entry.ts';
import { run, say, type Step } from './step.ts';
import type { At, ByRuleset, FindingKind } from './findings.ts';

/** What a ruleset drops below the flows themselves. */
export interface NeighbourFindingArgs {
  readonly 'neighbours-blocked': At &
    ByRuleset & {
      readonly role: string;
      readonly protocol: NeighbourProtocol;
    };
}

/** Neighbour discovery of IPv6, or ARP for IPv4. */
export type NeighbourProtocol = 'nd' | 'arp';

const NAMES = {
  nd: { protocol: 'IPv6 neighbour discovery', packets: 'IPv6 packet' },
  arp: { protocol: 'ARP', packets: 'IPv4 packet' },
} as const satisfies Record<NeighbourProtocol, unknown>;

export const NEIGHBOUR_FINDINGS: {
  readonly [C in keyof NeighbourFindingArgs]: FindingKind<NeighbourFindingArgs[C]>;
} = {
  'neighbours-blocked': {
    severity: 'error',
    message: ({ ports, host, role, protocol, rule, witness }) => {
      const { protocol: name, packets } = NAMES[protocol];
      return `${ports} on ${host}: ${name} is dropped by ${rule ?? 'a rule'}: no ${packets} of ${role} gets through, for example from ${witness}`;
    },
  },
};

/** The protocol whose message the entry is about; null where it is about a packet of the flow. */
export function neighbourProtocol({ direction }: Pick<TraceEntry, 'direction'>): NeighbourProtocol | null {
  switch (direction) {
    case 'neighbour-solicitation':
    case 'neighbour-advertisement':
      return 'nd';
    case 'arp-request':
    case 'arp-reply':
      return 'arp';
    case 'request':
    case 'reply':
    case 'later':
      return null;
  }
}

/**
 * How to let the messages through, before any other rule of the chain that drops them, with the tool that made it; nothing for an
 * entry about a packet of the flow.
 */
export function neighbourSteps(entry: TraceEntry): readonly Step[] {
  const protocol = neighbourProtocol(entry);
  if (protocol === null) return [];
  const { protocol: name } = NAMES[protocol];
  const commands = commandsFor(protocol, entry);
  if (commands.length === 0) return [say(`Accept ${name} before the rule that drops it.`)];
  return [say(`Accept ${name}, and save the rule with the others:`), ...commands];
}

function commandsFor(
  protocol: NeighbourProtocol,
  { family, table, base, hook }: TraceEntry,
): readonly Step[] {
  if (![table, base].every((name) => PLAIN.test(name))) return [];
  if (family === 'ip6' && base === hook.toUpperCase()) {
    const into = table === 'filter' ? ['-I', base] : ['-t', table, '-I', base];
    return ['neighbour-solicitation', 'neighbour-advertisement'].map((type) =>
      run('ip6tables', ...into, '-p', 'ipv6-icmp', '--icmpv6-type', type, '-j', 'ACCEPT'),
    );
  }
  const test =
    protocol === 'nd'
      ? 'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert }'
      : family === 'arp'
        ? 'arp operation { request, reply }'
        : 'meta protocol arp';
  return [run('nft', `insert rule ${family} ${table} ${base} ${test} accept`)];
}

/** A name that no shell and no tool reads as anything else. */
const PLAIN = /^[A-Za-z_][\w.-]*$/;
