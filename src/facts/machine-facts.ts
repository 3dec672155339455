import type { Address, Family } from '../net/address.ts';
import type { Links } from '../firewall/netfilter/machine/links.ts';
import type { Prefix } from '../net/prefix.ts';
import { isLinkLocal } from '../net/special-addresses.ts';
import type { Listener } from '../sockets/socket-table.ts';
import type { BridgeDoubt } from './bridge-ports.ts';
import type { ReservedRange } from './port-ranges.ts';
import type { IpsecPolicy } from './ipsec.ts';
import type { DoubtedRoutes } from './routing/doubted-routes.ts';
import type { LimitedArp, LinkObstacle } from './routing/link-obstacles.ts';
import type { Routing } from './routing/routing.ts';

/** What is known of the machine that runs the rules. Null: its tools did not tell. */
export interface MachineFacts {
  readonly host: string;
  /** Other addresses stand in place of its own and of those in its rules. */
  readonly isRedacted: boolean;
  /** Without those of the loopback interface. */
  readonly addresses: readonly Address[] | null;
  /** Interfaces that packets of others may come in by. */
  readonly interfaces: readonly string[] | null;
  /** Interfaces that nothing comes in by, since they are down or have no carrier, with the networks of their addresses. */
  readonly down: ReadonlyMap<string, readonly Prefix[]>;
  /** Interfaces that take and send no IPv6 (`disable_ipv6`). */
  readonly withoutIpv6: ReadonlySet<string>;
  /** Which interface is part of which other; null where nobody collected it. */
  readonly links: Links | null;
  /** Whether the chains of IP see the frames that a bridge passes (`bridge-nf-call-iptables`, `bridge-nf-call-ip6tables`). */
  readonly areFramesFiltered: Readonly<Record<Family, boolean>>;
  readonly routing: Readonly<Record<Family, Routing | null>>;
  /** What may keep it and neighbours of its links from finding each other. */
  readonly obstacles: readonly LinkObstacle[];
  /** What may keep frames from passing its bridges. */
  readonly bridgeDoubts: readonly BridgeDoubt[];
  /** Bridges that nobody but the machine itself is on. */
  readonly emptyBridges: readonly string[];
  readonly limitedArp: readonly LimitedArp[];
  readonly doubtedRoutes: readonly DoubtedRoutes[];
  /** Policies of IPsec that drop packets or ask for IPsec; null where they are not known. */
  readonly ipsec: readonly IpsecPolicy[] | null;
  /** The interfaces that drop what answers would not leave by again: strict `rp_filter`. */
  readonly strict: Readonly<Record<Family, StrictInterfaces>>;
  /** Whether it forwards packets, by any interface; null where that is not known, or true of some interfaces only. */
  readonly isForwarding: Readonly<Record<Family, boolean | null>>;
  /** The settings that are 0 and keep interfaces from it, as sysctl names them. */
  readonly notForwarding: Readonly<Record<Family, readonly string[]>>;
  readonly listeners: readonly Listener[] | null;
  /** Ports that the system keeps. */
  readonly portRanges: readonly ReservedRange[];
  /** Firewall products that registered themselves besides the system's own. */
  readonly otherFirewalls: readonly string[];
  /** The subnets its addresses are in. */
  readonly subnets: readonly Prefix[];
  /** The network profile of the interface that has the address (Windows), as the questions count it; null where nobody knows. */
  readonly profileOf: (address: Address) => number | null;
  /** What listens on the port of one of these addresses; null where that is not known. */
  readonly programOf: (
    port: Pick<Listener, 'transport' | 'port'>,
    addresses: readonly Address[],
  ) => ListeningProgram | null;
  /** There may be tables of nftables that nobody listed: what was taken for granted, null where all were listed. */
  readonly withoutTables: string | null;
  /** What to know of how it was collected. */
  readonly assumptions: readonly string[];
}

export type StrictInterfaces = ReadonlySet<string> | 'every';

/** Who listens, as rules about programs see it. */
export interface ListeningProgram {
  /** Path of the executable; `System` for the kernel; null where it could not be read. */
  readonly program: string | null;
  /** The service that owns the process, null for none; `unknown` where it may be one of several. */
  readonly service: string | null;
}

/** Those of its addresses that machines of other links can reach. */
export function beyondLink({ addresses }: Pick<MachineFacts, 'addresses'>): readonly Address[] {
  return (addresses ?? []).filter((address) => !isLinkLocal(address));
}

/** Nothing but its name is known. */
export function unknownMachine(host: string): MachineFacts {
  return {
    ...{
      host,
      isRedacted: false,
      addresses: null,
      interfaces: null,
      down: new Map<string, readonly Prefix[]>(),
      withoutIpv6: new Set<string>(),
      links: null,
      areFramesFiltered: { 4: false, 6: false },
      routing: { 4: null, 6: null },
      ...{ obstacles: [], bridgeDoubts: [], emptyBridges: [] },
      ...{ limitedArp: [], doubtedRoutes: [] },
      ipsec: null,
      strict: { 4: new Set<string>(), 6: new Set<string>() },
    },
    ...{
      isForwarding: { 4: null, 6: null },
      notForwarding: { 4: [], 6: [] },
      listeners: null,
      portRanges: [],
      otherFirewalls: [],
    },
    ...{ subnets: [], profileOf: () => null, programOf: () => null, withoutTables: null, assumptions: [] },
  };
}
