import type { TraceEntry } from '../../firewall/netfilter/trace/trace-entry.ts';
import { NEIGHBOUR_PROTOCOLS, type NeighbourProtocol } from '../findings/codes/neighbours-blocked.ts';
import { commandOf, type Tool } from './inserted-rules.ts';
import { run, say, type Step } from '../findings/step.ts';

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
export function neighbourSteps(entry: TraceEntry, tool: Tool): readonly Step[] {
  const protocol = neighbourProtocol(entry);
  if (protocol === null) return [];
  const { protocol: name } = NEIGHBOUR_PROTOCOLS[protocol];
  const commands = commandsFor(protocol, entry, tool);
  if (commands.length === 0) return [say(`Accept ${name} before the rule that drops it.`)];
  return [say(`Accept ${name}, and save the rule with the others:`), ...commands];
}

function commandsFor(
  protocol: NeighbourProtocol,
  { family, table, base, hook }: TraceEntry,
  tool: Tool,
): readonly Step[] {
  if (![table, base].every((name) => PLAIN.test(name))) return [];
  if (family === 'ip6' && base === hook.toUpperCase()) {
    const ip6tables = tool.language === 'nft' ? 'ip6tables' : commandOf(tool, 6);
    const into = table === 'filter' ? ['-I', base] : ['-t', table, '-I', base];
    return ['neighbour-solicitation', 'neighbour-advertisement'].map((type) =>
      run(ip6tables, ...into, '-p', 'ipv6-icmp', '--icmpv6-type', type, '-j', 'ACCEPT'),
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
