import { union, type IntervalSet } from '../../../net/interval-set.ts';
import { CONNTRACK_PRIORITY, DEFRAG_PRIORITY, PRIORITY, type Hook } from '../../model/ruleset.ts';
import { CT_STATE } from '../../model/match.ts';
import type { Firewall, HookedChain } from '../machine/firewall.ts';
import { tracksConnections } from '../machine/tracks-connections.ts';
import { withNumber, withoutConnection, type NumberValue, type Packet } from '../packet.ts';
import type { PacketState, Evaluation } from '../evaluation.ts';
import { comeByBridge, type FrameWay } from './bridge.ts';
import { changed, runChains, SOURCE_NAT_PRIORITY, undoDnat } from './run-chains.ts';
import { withConnection } from './with-connection.ts';

/** Sends the states through every chain on the hook, in order, and returns those that may pass them all. */
export function runHook(
  run: Evaluation,
  firewall: Firewall,
  hook: Hook,
  entering: readonly PacketState[],
): readonly PacketState[] {
  const family = entering[0]?.packet.family;
  if (family === undefined) return [];
  const chains = firewall.hooks[hook][family];
  if (hook !== 'postrouting' && hook !== 'input') return runChains(run, firewall, chains, entering);
  // What is for this machine is put together before (ip_local_deliver); of IPv6 only afterwards.
  const arriving = hook === 'input' && family === 4 ? entering.map(changed(putTogether)) : entering;
  const early = chains.filter(({ base }) => base.priority < SOURCE_NAT_PRIORITY || base.type === 'nat');
  const beside = chains.filter(
    ({ base }) => base.priority === SOURCE_NAT_PRIORITY && base.type !== 'nat' && isAlike(arriving),
  );
  const late = chains.filter((chain) => !early.includes(chain) && !beside.includes(chain));
  const hidden = runChains(run, firewall, early, arriving).map(changed(hideSnatSource));
  const alike = runChains(run, firewall, beside, hidden).map(changed(applyExistingSnat));
  const leaving = runChains(run, firewall, late, alike);
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

/**
 * The first hook a packet meets: the earliest chains see it before conntrack has given it a state, and those of a bridge before all.
 * @param frames where they may go: up to the machine, and from port to port
 */
export function runFirstHook(
  run: Evaluation,
  firewall: Firewall,
  hook: 'prerouting' | 'output',
  packet: Packet,
  peers: IntervalSet,
  frames: readonly FrameWay[] = ['input'],
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
  const arriving = asArriving(packet);
  const isTracked = tracksConnections(firewall, packet.family);
  const entering = isTracked ? putTogether(arriving) : arriving;
  const early = { inPieces, before, beside };
  const come = hook === 'prerouting' ? comeByBridge(run, firewall, { packet, peers }, frames) : null;
  const tracked =
    come !== null || Object.values(early).some((some) => some.length > 0) || arriving.isUntracked
      ? untilTracked(run, firewall, early, entering, isTracked, come ?? [{ packet, peers }])
      : [{ packet: entering, peers }];
  const turned = runChains(run, firewall, beforeNat, tracked).map(
    changed((seen) => applyExistingDnat(undoSnat(seen, packet))),
  );
  return runChains(run, firewall, behindNat, turned);
}

function asArriving(packet: Packet): Packet {
  return packet.direction === 'reply' && packet.isSourceTranslated ? hideSnatDestination(packet) : packet;
}

function putTogether(packet: Packet): Packet {
  return packet.isWhole ? packet : { ...packet, isWhole: true };
}

/** Through the chains that see the packet before conntrack or beside it. */
function untilTracked(
  run: Evaluation,
  firewall: Firewall,
  { inPieces, before, beside }: Readonly<Record<'inPieces' | 'before' | 'beside', readonly HookedChain[]>>,
  entering: Packet,
  isTracked: boolean,
  come: readonly PacketState[],
): readonly PacketState[] {
  const unseen = come.map(changed((seen) => withoutConnection(asArriving(seen), CT_STATE.invalid)));
  const pieces = runChains(run, firewall, inPieces, unseen).map(
    changed(isTracked ? putTogether : (seen) => seen),
  );
  const undated = runChains(run, firewall, before, pieces).map(
    changed((seen) => (seen.isUntracked ? seen : withoutConnection(seen, eitherState(entering)))),
  );
  return runChains(run, firewall, beside, undated).map(
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
      'destination-type':
        original.dnat === 'no' ? numbers['destination-type'] : original.numbers['destination-type'],
    },
    addresses: { ...addresses, destination: original.addresses.destination },
    dnat: original.dnat,
    isDestinationTranslated: true,
  };
}
