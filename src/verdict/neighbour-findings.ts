import type { TraceEntry } from '../firewall/evaluate/trace-entry.ts';
import type { At, ByRuleset, FindingKind } from './findings.ts';

/** What a ruleset drops below the flows themselves. */
export interface NeighbourFindingArgs {
  readonly 'neighbours-blocked': At &
    ByRuleset & {
      readonly role: string;
      readonly protocol: NeighbourProtocol;
      /** Commands that let the messages in or out, before any other rule of the chain; none where names cannot be written safely. */
      readonly commands: readonly string[];
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
    advice: ({ protocol, commands }) =>
      commands.length > 0
        ? [`Let it through, and keep it where the rules are kept: ${commands.join(' && ')}`]
        : [`Let ${NAMES[protocol].protocol} through before the rule that drops it.`],
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

/** Commands of the tool that made the chain which drops the messages. */
export function neighbourCommands(entry: TraceEntry): readonly string[] {
  const { family, table, base, hook } = entry;
  const protocol = neighbourProtocol(entry);
  if (protocol === null || ![table, base].every((name) => PLAIN.test(name))) return [];
  if (family === 'ip6' && base === hook.toUpperCase()) {
    const into = table === 'filter' ? base : `${base} -t ${table}`;
    return ['neighbour-solicitation', 'neighbour-advertisement'].map(
      (type) => `ip6tables -I ${into} -p ipv6-icmp --icmpv6-type ${type} -j ACCEPT`,
    );
  }
  const test =
    protocol === 'nd'
      ? 'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert }'
      : family === 'arp'
        ? 'arp operation { request, reply }'
        : 'meta protocol arp';
  return [`nft 'insert rule ${family} ${table} ${base} ${test} accept'`];
}

/** A name that no shell and no tool reads as anything else. */
const PLAIN = /^[A-Za-z_][\w.-]*$/;
