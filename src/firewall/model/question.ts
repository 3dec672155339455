import type { Address, Family } from '../../net/address.ts';
import { singleAddress } from '../../net/address-set.ts';
import type { Transport } from '../../net/port-range.ts';
import type { Prefix } from '../../net/prefix.ts';
import type { IntervalSet } from '../../net/interval-set.ts';

/** The hooks of the packet's first filter: at the server itself, on a gateway between, at the sender. */
export const FILTER_HOOKS = ['input', 'forward', 'output'] as const;

export type FilterHook = (typeof FILTER_HOOKS)[number];

/** Any of these addresses, and the answer holds for all of them. */
export interface Destination {
  readonly family: Family;
  readonly in: IntervalSet;
}

/** Can these sources open a connection to this port? */
export interface FlowQuestion {
  /** Addresses and prefixes of either family; those of another family than the destination are left out. */
  readonly sources: readonly Prefix[];
  /** Null: some unicast address of this machine (hook input) or some other machine's (forward, output). */
  readonly destination: Destination | null;
  readonly transport: Transport;
  readonly port: number;
  readonly hook: FilterHook;
  /** The interface it comes in by (input, forward) or goes out by (output); null when not known. */
  readonly interface: string | null;
  /** Hook forward: the interface it leaves by unless NAT leads it elsewhere; null when not known, and for the other hooks. */
  readonly outInterface: string | null;
  /** The source ports asked about, as half-open intervals; null asks for any port a client may have. */
  readonly sourcePorts: IntervalSet | null;
  /** Addresses the machine that runs the ruleset has, as far as known: sources among them come by the loopback interface. */
  readonly selfAddresses: readonly Address[];
  /**
   * How choices count that the question leaves open (`QUANTIFIERS` of `dimension.ts`): of a `client` ordinary packets fare as the answer says, by
   * case where they do not fare alike; of `every-client` each has to get in; `anybody` chooses how to come.
   */
  readonly sender: Sender;
  /** These are all the addresses it has: any other one is another machine's. */
  readonly isEverySelfKnown: boolean;
  /** Hooks forward and output: addresses of the host asked about, as far as known. */
  readonly hostAddresses: readonly Address[];
  /** Addresses known to be neither its own nor that host's. */
  readonly otherAddresses: readonly Address[];
  /**
   * Who has to get it where NAT leads it elsewhere: on a gateway or a sender the very host asked about, on the host itself anyone, since
   * what it publishes is its own.
   */
  readonly servedBy: 'destination' | 'anyone';
  /** Who may connect where else: whom NAT leads there does not get at the port asked about. `at` null: at the same host. */
  readonly admitted: readonly {
    readonly port: number;
    readonly at: readonly Address[] | null;
    readonly from: readonly Prefix[];
  }[];
  /** Whether only the port that was asked for counts as served, where NAT leads to another one. */
  readonly servedOn: 'same-port' | 'any-port';
  /** Hook input: whether the machine forwards packets (`net.ipv4.ip_forward`), so that DNAT may lead them to another one; null: not known. */
  readonly isForwarding: boolean | null;
  /** How answers leave the machine (hooks input, forward); null: by the interface that the packet came in by. */
  readonly routeBack: RouteBack | null;
  /** The networks on the links of the machine; null where nobody knows them. */
  readonly linkNetworks: readonly Prefix[] | null;
  /** `new` asks about a connection, the others about one packet that conntrack finds in that state. */
  readonly state: PacketState;
  /**
   * Hook forward: both ends are on one link of the machine, so that a switch, or its own bridge, may pass their frames. Chains of IP do
   * not see these (`unseen`), unless a bridge is told to show them (`seen`); `none`: the ends are on different links, or nobody knows.
   */
  readonly framesOnLink: 'none' | 'seen' | 'unseen';
  /** The network profile of the interface (Windows), null for any. */
  readonly profile: number | null;
  /** `known`: the link addresses of all neighbours are configured, or the links need none; nothing has to be found out. */
  readonly neighbours: 'found' | 'known';
}

/** What the routes of the machine say of answers to the sources. */
export interface RouteBack {
  /** Null where they leave it open. */
  readonly interface: string | null;
  /** It is another one, perhaps, where NAT makes them come from another address than was asked. */
  readonly hangsOnAddress: boolean;
}

/** States a packet can be asked about in; `related` is a connection of its own. */
export const PACKET_STATES = ['new', 'established', 'invalid', 'untracked'] as const;

export type PacketState = (typeof PACKET_STATES)[number];

/** Who sends the packet: see {@link FlowQuestion.sender}. */
export type Sender = 'client' | 'every-client' | 'anybody';

type Asked = Pick<FlowQuestion, 'sources' | 'transport' | 'port'> &
  Partial<Omit<FlowQuestion, 'destination'>> & {
    readonly destination: Address | Destination | null;
  };

/** A question with everything optional left open. */
export function flowQuestion({ destination, hook = 'input', ...asked }: Asked): FlowQuestion {
  return {
    hook,
    ...{
      interface: null,
      outInterface: null,
      sourcePorts: null,
      selfAddresses: [],
      sender: 'client',
      isEverySelfKnown: false,
      hostAddresses: [],
      otherAddresses: [],
      admitted: [],
      servedBy: hook === 'input' ? 'anyone' : 'destination',
      servedOn: 'any-port',
      isForwarding: null,
      routeBack: null,
      linkNetworks: null,
      state: 'new',
      framesOnLink: 'none',
      profile: null,
      neighbours: 'found',
    },
    ...asked,
    destination: destination === null || 'in' in destination ? destination : toDestination(destination),
  };
}

function toDestination(address: Address): Destination {
  return { family: address.family, in: singleAddress(address) };
}
