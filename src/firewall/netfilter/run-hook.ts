import { union, type IntervalSet } from '../../net/interval-set.ts';
import {
  CONNTRACK_PRIORITY,
  DEFRAG_PRIORITY,
  PRIORITY,
  type BaseChain,
  type Hook,
} from '../model/ruleset.ts';
import { CT_STATE } from '../model/match.ts';
import { PICKED_UP } from './initial-packets.ts';
import type { Firewall, HookedChain } from './machine/firewall.ts';
import { tracksConnections } from './machine/tracks-connections.ts';
import {
  withNumber,
  withoutConnection,
  type InterfaceValue,
  type NumberValue,
  type Packet,
} from './packet.ts';
import { mergedStates, type PacketState, type Evaluation } from './evaluation.ts';
import { runBaseChain } from './run-chain.ts';

/** Where an answer's source turns back into the address that was asked for. */
const SOURCE_NAT_PRIORITY = PRIORITY.srcnat;

/** Sends the states through every chain on the hook, in order, and returns those that may pass them all. */
export function runHook(
  run: Evaluation,
  { hooks }: Firewall,
  hook: Hook,
  entering: readonly PacketState[],
): readonly PacketState[] {
  const family = entering[0]?.packet.family;
  if (family === undefined) return [];
  const chains = hooks[hook][family];
  if (hook !== 'postrouting' && hook !== 'input') return runChains(run, chains, entering);
  // What is for this machine is put together before (ip_local_deliver); of IPv6 only afterwards.
  const arriving = hook === 'input' && family === 4 ? entering.map(changed(putTogether)) : entering;
  const early = chains.filter(({ base }) => base.priority < SOURCE_NAT_PRIORITY || base.type === 'nat');
  const beside = chains.filter(
    ({ base }) => base.priority === SOURCE_NAT_PRIORITY && base.type !== 'nat' && isAlike(arriving),
  );
  const late = chains.filter((chain) => !early.includes(chain) && !beside.includes(chain));
  const hidden = runChains(run, early, arriving).map(changed(hideSnatSource));
  const alike = runChains(run, beside, hidden).map(changed(applyExistingSnat));
  const leaving = runChains(run, late, alike);
  return hook === 'postrouting' ? leaving.map(changed(undoDnat)) : leaving;
}

function isAlike(states: readonly PacketState[]): boolean {
  return states.some(({ packet }) => originalToSnat(packet) !== null);
}

/** The packet that opened the connection of a later one whose source NAT is about to translate as well; else null. */
function originalToSnat(packet: Packet): Packet | null {
  const { original, direction, isUntracked, isKnownToConntrack, isSourceTranslated } = packet;
  if (original?.isSourceTranslated !== true || direction === 'reply') return null;
  return isUntracked || isKnownToConntrack || isSourceTranslated ? null : original;
}

/** Chains of the priority of source NAT may see either source. */
function hideSnatSource(packet: Packet): Packet {
  if (originalToSnat(packet) === null) return packet;
  const hidden = withNumber(withNumber(packet, 'source-port', null), 'source-type', null);
  return { ...hidden, addresses: { ...packet.addresses, source: null } };
}

/** Where source NAT hid the first packet of a connection, it hides every later one. */
function applyExistingSnat(packet: Packet): Packet {
  const original = originalToSnat(packet);
  if (original === null) return packet;
  const numbers = {
    ...packet.numbers,
    'source-port': original.numbers['source-port'],
    'source-type': original.numbers['source-type'],
  };
  const addresses = { ...packet.addresses, source: original.addresses.source };
  return { ...packet, numbers, addresses, isSourceTranslated: true };
}

/** The first hook a packet meets: the earliest chains see it before conntrack has given it a state. */
export function runFirstHook(
  run: Evaluation,
  firewall: Firewall,
  hook: 'prerouting' | 'output',
  packet: Packet,
  peers: IntervalSet,
): readonly PacketState[] {
  const { hooks } = firewall;
  const first = hook === 'prerouting' ? hooks.ingress[packet.family] : [];
  const chains = hooks[hook][packet.family];
  const inPieces = [...first, ...chains.filter(({ base }) => base.priority <= DEFRAG_PRIORITY)];
  const before = chains.filter(
    ({ base }) => base.priority > DEFRAG_PRIORITY && base.priority < CONNTRACK_PRIORITY,
  );
  const beside = chains.filter(({ base }) => base.priority === CONNTRACK_PRIORITY);
  const after = chains.filter(({ base }) => base.priority > CONNTRACK_PRIORITY);
  const behindNat = after.filter(({ base }) => base.type !== 'nat' && base.priority > PRIORITY.dstnat);
  const beforeNat = after.filter((chain) => !behindNat.includes(chain));
  const arriving =
    packet.direction === 'reply' && packet.isSourceTranslated ? hideSnatDestination(packet) : packet;
  const isTracked = tracksConnections(firewall, packet.family);
  const entering = isTracked ? putTogether(arriving) : arriving;
  const early = { inPieces, before, beside };
  const tracked =
    Object.values(early).some((some) => some.length > 0) || arriving.isUntracked
      ? untilTracked(run, early, { arriving, entering, isTracked }, peers)
      : [{ packet: entering, peers }];
  const turned = runChains(run, beforeNat, tracked).map(
    changed((seen) => applyExistingDnat(undoSnat(seen, packet))),
  );
  return runChains(run, behindNat, turned);
}

function putTogether(packet: Packet): Packet {
  return packet.isWhole ? packet : { ...packet, isWhole: true };
}

/** Through the chains that see the packet before conntrack or beside it. */
function untilTracked(
  run: Evaluation,
  { inPieces, before, beside }: Readonly<Record<'inPieces' | 'before' | 'beside', readonly HookedChain[]>>,
  {
    arriving,
    entering,
    isTracked,
  }: Readonly<Record<'arriving' | 'entering', Packet>> & { readonly isTracked: boolean },
  peers: IntervalSet,
): readonly PacketState[] {
  const unseen = [{ packet: withoutConnection(arriving, CT_STATE.invalid), peers }];
  const pieces = runChains(run, inPieces, unseen).map(changed(isTracked ? putTogether : (seen) => seen));
  const undated = runChains(run, before, pieces).map(
    changed((seen) => (seen.isUntracked ? seen : withoutConnection(seen, eitherState(entering)))),
  );
  return runChains(run, beside, undated).map(
    changed((seen) => (seen.isUntracked ? seen : withConnection(seen, entering))),
  );
}

/** Beside a chain of its own priority conntrack may have seen the packet or not yet. */
function eitherState({ numbers }: Packet): NumberValue {
  const state = numbers['ct-state'];
  return typeof state === 'number'
    ? { kind: 'within', in: union([CT_STATE.invalid, CT_STATE.invalid + 1], [state, state + 1]) }
    : null;
}

/** The answer to a connection whose source was translated goes to the other address until NAT turns it back. */
function hideSnatDestination(packet: Packet): Packet {
  const hidden = withNumber(withNumber(packet, 'destination-type', null), 'destination-port', null);
  return { ...hidden, addresses: { ...hidden.addresses, destination: null } };
}

function undoSnat(packet: Packet, { numbers, addresses, direction, isSourceTranslated }: Packet): Packet {
  if (direction === 'request' || !isSourceTranslated) return packet;
  const { 'destination-type': type, 'destination-port': port } = numbers;
  const shown = withNumber(withNumber(packet, 'destination-type', type), 'destination-port', port);
  return { ...shown, addresses: { ...shown.addresses, destination: addresses.destination } };
}

/** Where the first packet of the connection was sent elsewhere, so is every later one. */
function applyExistingDnat(packet: Packet): Packet {
  const { original, direction, numbers, addresses } = packet;
  if (original?.isDestinationTranslated !== true || direction === 'reply') return packet;
  return {
    ...packet,
    numbers: {
      ...numbers,
      'destination-port': original.numbers['destination-port'],
      'destination-type': original.dnat === 'no' ? numbers['destination-type'] : null,
    },
    addresses: { ...addresses, destination: original.addresses.destination },
    dnat: original.dnat,
    isDestinationTranslated: true,
  };
}

/** The earliest chains set marks, and may rewrite the header; else all that conntrack tells comes from the packet as it was asked about. */
function withConnection(seen: Packet, asked: Packet): Packet {
  const marked = withNumber(asked, 'mark', seen.numbers.mark);
  if (!isRewritten(seen, asked)) return marked;
  const { isSourceTranslated, isDestinationTranslated, dnat, addresses, numbers } = seen;
  const rewritten = {
    ...marked,
    numbers: {
      ...marked.numbers,
      'source-port': numbers['source-port'],
      'destination-port': numbers['destination-port'],
      'source-type': numbers['source-type'],
      'destination-type': numbers['destination-type'],
    },
    addresses: { ...marked.addresses, source: addresses.source, destination: addresses.destination },
    ...{ isSourceTranslated, isDestinationTranslated, dnat },
  };
  return withoutConnection(rewritten, PICKED_UP);
}

/** Conntrack knows a packet by what the chains before it made of its header. */
function isRewritten({ addresses, numbers }: Packet, asked: Packet): boolean {
  return (
    addresses.source !== asked.addresses.source ||
    addresses.destination !== asked.addresses.destination ||
    numbers['source-port'] !== asked.numbers['source-port'] ||
    numbers['destination-port'] !== asked.numbers['destination-port']
  );
}

function runChains(
  run: Evaluation,
  chains: readonly HookedChain[],
  entering: readonly PacketState[],
): readonly PacketState[] {
  return chains.reduce(
    (states, chain) => (states.length === 0 ? states : runChain(run, chain, states)),
    entering,
  );
}

function runChain(
  run: Evaluation,
  hooked: HookedChain,
  entering: readonly PacketState[],
): readonly PacketState[] {
  const { base } = hooked;
  if (base.type === 'nat') return runNatChain(run, hooked, entering);
  switch (relevance(run, hooked, entering)) {
    case 'never':
      return entering;
    case 'always':
      return runBaseChain(run, hooked, undoDnatOnExit(base, entering));
    case 'maybe':
      return mergedStates(entering, runBaseChain(run, hooked, entering));
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

/** Chains on a device see what passes that device; bridge chains see what a bridge carries, which is not known. */
function relevance(
  { notes }: Evaluation,
  { table, base }: HookedChain,
  entering: readonly PacketState[],
): 'always' | 'maybe' | 'never' {
  if (table.family === 'bridge') return 'maybe';
  if (base.hook !== 'ingress' && base.hook !== 'egress') return 'always';
  const device: InterfaceValue =
    (base.hook === 'ingress' ? entering[0]?.packet.inInterface : entering[0]?.packet.outInterface) ?? null;
  if (device === null) {
    const others = base.devices.filter((name) => name !== 'lo');
    for (const name of others) if (name !== '*') notes.interfacePatterns.add(name);
    return others.length === 0 ? 'never' : 'maybe';
  }
  if (base.devices.includes(device)) return 'always';
  // Whether a trailing * stands for any rest depends on the kernel.
  const isLike = (name: string): boolean => name.endsWith('*') && device.startsWith(name.slice(0, -1));
  return base.devices.some(isLike) ? 'maybe' : 'never';
}

function changed(change: (packet: Packet) => Packet): (state: PacketState) => PacketState {
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
function undoDnat(packet: Packet): Packet {
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
