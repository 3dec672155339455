import type { BaseChain } from '../../model/ruleset.ts';
import { PRIORITY } from '../../model/ruleset.ts';
import { CT_STATE } from '../../model/match.ts';
import type { Firewall, HookedChain } from '../machine/firewall.ts';
import type { Links } from '../machine/links.ts';
import { withNumber, type Packet } from '../packet.ts';
import { mergedStates, type PacketState, type Evaluation } from '../evaluation.ts';
import { relevanceOf } from './relevance.ts';
import { runBaseChain } from '../run-chain.ts';

/** Where an answer's source turns back into the address that was asked for. */
export const SOURCE_NAT_PRIORITY = PRIORITY.srcnat;

/** Sends the states through the chains in turn, as far as these see them. */
export function runChains(
  run: Evaluation,
  { links }: Firewall,
  chains: readonly HookedChain[],
  entering: readonly PacketState[],
): readonly PacketState[] {
  return chains.reduce(
    (states, chain) => (states.length === 0 ? states : runChain(run, links, chain, states)),
    entering,
  );
}

function runChain(
  run: Evaluation,
  links: Links | null,
  hooked: HookedChain,
  entering: readonly PacketState[],
): readonly PacketState[] {
  const [first] = entering;
  if (first === undefined) return entering;
  const { base } = hooked;
  const relevance = relevanceOf(run.notes, links, hooked, first.packet);
  switch (relevance.kind) {
    case 'never':
      return entering;
    case 'always':
      return base.type === 'nat'
        ? runNatChain(run, hooked, entering)
        : runBaseChain(run, hooked, undoDnatOnExit(base, entering));
    case 'maybe': {
      const { visit } = run;
      if (visit !== null)
        run.visit = (step) => {
          visit({ ...step, unless: relevance.reason });
        };
      const passed = (base.type === 'nat' ? runNatChain : runBaseChain)(run, hooked, entering);
      run.visit = visit;
      return mergedStates(entering, passed);
    }
  }
}

/** NAT chains see only the first packet of a tracked connection, and only until one has translated that side of it. */
function runNatChain(
  run: Evaluation,
  hooked: HookedChain,
  entering: readonly PacketState[],
): readonly PacketState[] {
  const isSourceSide = hooked.base.hook === 'postrouting' || hooked.base.hook === 'input';
  const isOpen = ({ packet }: PacketState): boolean =>
    !packet.isKnownToConntrack &&
    !(isSourceSide ? packet.isSourceTranslated : packet.isDestinationTranslated);
  const isNew = (state: PacketState): boolean =>
    state.packet.numbers['ct-state'] === CT_STATE.new && isOpen(state);
  const mayBeNew = (state: PacketState): boolean => isPickedUp(state.packet) && isOpen(state);
  return [
    ...entering.filter((state) => !isNew(state)),
    ...runBaseChain(run, hooked, entering.filter(isNew)),
    ...runBaseChain(run, hooked, entering.filter(mayBeNew)),
  ];
}

/** In the middle of a connection that conntrack does not know, it may be new to it. */
function isPickedUp({ numbers: { 'ct-state': state } }: Packet): boolean {
  return typeof state === 'object' && state?.kind === 'within';
}

/** A change of packets as one of states. */
export function changed(change: (packet: Packet) => Packet): (state: PacketState) => PacketState {
  return ({ packet, peers }) => ({ packet: change(packet), peers });
}

/** On its way out a translated answer gets back the address that was asked for; where NAT does so either may be seen. */
function undoDnatOnExit(
  { hook, priority }: BaseChain,
  entering: readonly PacketState[],
): readonly PacketState[] {
  if (hook !== 'postrouting' || priority < SOURCE_NAT_PRIORITY) return entering;
  return entering.map(changed(priority === SOURCE_NAT_PRIORITY ? hideDnatSource : undoDnat));
}

/** From there on it comes from the address and port that were asked, as conntrack remembers them. */
export function undoDnat(packet: Packet): Packet {
  const { numbers, addresses } = hideDnatSource(packet);
  if (packet.direction === 'request' || !packet.isDestinationTranslated) return packet;
  return {
    ...packet,
    numbers: { ...numbers, 'source-port': numbers['ct-original-destination-port'] },
    addresses: { ...addresses, source: addresses['ct-original-destination'] },
  };
}

function hideDnatSource(packet: Packet): Packet {
  if (packet.direction === 'request' || !packet.isDestinationTranslated) return packet;
  const hidden = withNumber(withNumber(packet, 'source-port', null), 'source-type', null);
  return { ...hidden, addresses: { ...packet.addresses, source: null } };
}
