import { CT_STATE } from '../../model/match.ts';
import { CONNTRACK_PRIORITY } from '../../model/ruleset.ts';
import type { Firewall } from '../machine/firewall.ts';
import { withNumber, withoutConnection, type Packet } from '../packet.ts';
import type { PacketState, Evaluation } from '../evaluation.ts';
import { changed, runChains } from './run-chains.ts';
import { withConnection } from './with-connection.ts';

/** Where a frame that comes in by a port of a bridge goes: up to the machine, or on to another port. */
export type FrameWay = 'input' | 'forward';

/**
 * What the chains of a bridge make of a frame that comes in; null where there are none. They see conntrack's state, where anything asks
 * for it.
 */
export function comeByBridge(
  run: Evaluation,
  firewall: Firewall,
  { packet, peers }: PacketState,
  frames: readonly FrameWay[],
): readonly PacketState[] | null {
  const { prerouting, ...hooks } = firewall.bridgeHooks;
  if (frames.length === 0) return null;
  if ([prerouting, hooks.input, hooks.forward].every(({ length }) => length === 0)) return null;
  const early = prerouting.filter(({ base }) => base.priority < CONNTRACK_PRIORITY);
  const late = [...prerouting.filter((chain) => !early.includes(chain)), ...hooks.input];
  const unseen = { packet: withoutConnection(packet, CT_STATE.invalid), peers };
  const tracked = runChains(run, firewall, early, [unseen]).map(
    changed((seen) => (seen.isUntracked ? seen : withConnection(seen, packet))),
  );
  const up = runChains(run, firewall, late, tracked);
  return frames.includes('forward')
    ? runChains(run, firewall, hooks.forward, up.map(changed(toOtherHost))).map(changed(toThisHost))
    : up;
}

/** What the chains of a bridge make of what the machine sends, or, of frames from port to port, at their end. */
export function leaveByBridge(
  run: Evaluation,
  firewall: Firewall,
  states: readonly PacketState[],
): readonly PacketState[] {
  const { output, postrouting } = firewall.bridgeHooks;
  return runChains(run, firewall, [...output, ...postrouting], states);
}

/** Sends a frame from port to port of a bridge. */
export function crossBridge(
  run: Evaluation,
  firewall: Firewall,
  states: readonly PacketState[],
): readonly PacketState[] {
  const { prerouting, forward, postrouting } = firewall.bridgeHooks;
  return runChains(
    run,
    firewall,
    [...prerouting, ...forward, ...postrouting],
    states.map(changed(toOtherHost)),
  );
}

const PACKET_TYPE = { host: 0, otherHost: 3 } as const;

/** Of a frame to one host a bridge that passes it on sees that it is another's (eth_type_trans). */
function toOtherHost(packet: Packet): Packet {
  return packet.numbers['packet-type'] === PACKET_TYPE.host
    ? withNumber(packet, 'packet-type', PACKET_TYPE.otherHost)
    : packet;
}

function toThisHost(packet: Packet): Packet {
  return packet.numbers['packet-type'] === PACKET_TYPE.otherHost
    ? withNumber(packet, 'packet-type', PACKET_TYPE.host)
    : packet;
}
