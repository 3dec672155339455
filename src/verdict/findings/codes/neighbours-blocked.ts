import type { FindingKind } from '../finding-kind.ts';
import type { At } from '../at.ts';
import type { ByRuleset } from '../by-ruleset.ts';

/** Neighbour discovery of IPv6, or ARP for IPv4. */
export type NeighbourProtocol = 'nd' | 'arp';

export const NEIGHBOUR_PROTOCOLS = {
  nd: { protocol: 'IPv6 neighbour discovery', packets: 'IPv6 packet' },
  arp: { protocol: 'ARP', packets: 'IPv4 packet' },
} as const satisfies Record<NeighbourProtocol, unknown>;

type Args = At &
  ByRuleset & {
    readonly role: string;
    readonly protocol: NeighbourProtocol;
  };

export const neighboursBlocked: FindingKind<Args> = {
  severity: 'error',
  title: 'The firewall drops neighbour discovery',
  meaning: 'Without neighbour discovery or ARP no packet of that family gets through.',
  message: ({ ports, host, role, protocol, rule, witness }) => {
    const { protocol: name, packets } = NEIGHBOUR_PROTOCOLS[protocol];
    return `${ports} on ${host}: ${name} is dropped by ${rule ?? 'a rule'}: no ${packets} of ${role} gets through, for example from ${witness}`;
  },
};
