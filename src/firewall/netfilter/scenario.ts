import type { Family } from '../../net/address.ts';
import type { IntervalSet } from '../../net/interval-set.ts';
import type { Transport } from '../../net/port-range.ts';
import type { Dimension } from '../model/dimension.ts';
import type { KnownOfTest } from '../model/match.ts';
import type { FlowQuestion, FilterHook } from '../model/question.ts';
import type { Admitted } from './machine/admitted.ts';
import type { InterfaceValue, Packet, Settled } from './packet.ts';

/**
 * `whole`: conntrack keeps an established connection. `one-side`: and then sees the packets of one side only, which soon are out of
 * the window it knows. `request`: NOTRACK kept the answer from it, so it waits for that and finds every later packet of the client
 * invalid (tcp_conntracks, state SYN_SENT). `nothing`: it may pick the connection up in the middle (`nf_conntrack_tcp_loose`), as a
 * new one or not.
 */
export type SeenOfHandshake = 'whole' | 'one-side' | 'request' | 'nothing';

/**
 * The packet that opens the connection: a plain one; one that offers ECN (SYN with ECE and CWR), as Windows Server does and Linux may;
 * `odd` with whatever a sender may add to it: options, extension headers, other flags, in fragments.
 */
export type Opening = 'plain' | 'ecn' | 'odd';

/** What a sender chooses as one: a plain packet, a header field by itself, else all that a dimension is about. */
export type Choice = Dimension | NonNullable<KnownOfTest['field']> | 'plain';

/** A packet that puts its source on a list, sent so many times. */
export interface Knock {
  readonly transport: Transport;
  readonly port: number;
  readonly count: number;
}

/**
 * One case of a question: what is asked for one family, one way of travelling, and one class of source ports and
 * interfaces. Only the peers are still many.
 */
export interface Scenario {
  readonly family: Family;
  readonly transport: Transport;
  readonly port: number;
  readonly hook: FilterHook | 'loopback';
  /** One address, or the addresses it may be. */
  readonly destination: IntervalSet;
  /** Null where the machine's own addresses are not known. */
  readonly selfAddresses: IntervalSet | null;
  readonly isEverySelfKnown: boolean;
  readonly hostAddresses: IntervalSet;
  readonly otherAddresses: IntervalSet;
  readonly servedBy: FlowQuestion['servedBy'];
  readonly admitted: readonly Admitted[];
  readonly servedOn: FlowQuestion['servedOn'];
  readonly isForwarding: FlowQuestion['isForwarding'];
  readonly routeBack: FlowQuestion['routeBack'];
  readonly linkNetworks: FlowQuestion['linkNetworks'];
  readonly sourcePorts: IntervalSet;
  readonly inInterface: InterfaceValue;
  readonly outInterface: InterfaceValue;
  readonly profile: FlowQuestion['profile'];
  readonly framesOnLink: FlowQuestion['framesOnLink'];
  readonly neighbours: FlowQuestion['neighbours'];
  readonly state: FlowQuestion['state'];
  readonly sender: FlowQuestion['sender'];
  /** How tests come out that a packet does not answer, in this case. */
  readonly settled: Settled;
  /** What the sender chose in it beside source ports and how it opens the connection. */
  readonly choices: readonly Choice[];
  /** What the sender sends before it. */
  readonly knocks: readonly Knock[];
  /** Whether a plain packet was tried already: of the rest nothing is known. */
  readonly isRest: boolean;
  /** Null where it was not looked at yet. */
  readonly opening: Opening | null;
  /** How much of the handshake conntrack saw, where the packet comes after it. */
  readonly seen: SeenOfHandshake;
  /** Of an established connection the packet that opened it, as it arrived; null where nothing is known of it. */
  readonly original: Packet | null;
}
