import { unionOf, type IntervalSet } from '../../net/interval-set.ts';
import { groupBy } from '../../group-by.ts';
import type { PacketState } from '../netfilter/evaluation.ts';
import { numberValue, type AddressValue, type NumberValue, type Packet } from '../netfilter/packet.ts';

/** So many are answered one by one. */
const FEW = 32;

/**
 * Packets that NAT led to many addresses and ports, as one that may be any of them, where `isAnswered` shows that it is answered whichever
 * it is: thousands of DNAT rules, each with a rule that accepts it, mostly share the rules for what comes back.
 */
export function joinAnswered(
  arrived: readonly PacketState[],
  isAnswered: (state: PacketState) => boolean,
): readonly PacketState[] {
  if (arrived.length <= FEW) return arrived;
  return groupBy(arrived, ({ packet }) => keyOf(packet)).flatMap((states) => {
    const joined = states.length > 1 ? asOne(states) : null;
    return joined !== null && isAnswered(joined) ? [joined] : states;
  });
}

/** What NAT gives, and which may differ. */
const GIVEN = {
  numbers: ['destination-port', 'ct-reply-source-port'],
  addresses: ['source', 'destination', 'ct-reply-source', 'ct-reply-destination'],
} as const;

/** Equal where packets differ in what NAT gave alone. */
function keyOf({ numbers, addresses, ...rest }: Packet): string {
  const { settled, original, ...own } = rest;
  const one = { ...numbers, [GIVEN.numbers[0]]: 0, [GIVEN.numbers[1]]: 0 };
  const kinds = GIVEN.addresses.map((field) => kindOf(addresses[field]));
  return JSON.stringify([own, one, kinds, settled.size, original === null]);
}

function kindOf(address: AddressValue): string | null {
  return typeof address === 'string' ? address : address === null ? null : 'some';
}

/** Null where an address or port of one of them is not known. */
function asOne(states: readonly PacketState[]): PacketState | null {
  const [first] = states;
  if (first === undefined) return null;
  const packets = states.map(({ packet }) => packet);
  const numbers = { ...first.packet.numbers };
  for (const field of GIVEN.numbers) {
    const sets = packets.map((packet) => setOf(packet.numbers[field]));
    numbers[field] = sets.includes(null)
      ? null
      : numberValue(unionOf(sets.flatMap((set) => (set === null ? [] : [set]))));
  }
  const addresses = { ...first.packet.addresses };
  for (const field of GIVEN.addresses) {
    if (kindOf(addresses[field]) !== 'some') continue;
    addresses[field] = unionOf(packets.flatMap((packet) => addressesOf(packet.addresses[field])));
  }
  return {
    packet: { ...first.packet, numbers, addresses },
    peers: unionOf(states.map(({ peers }) => peers)),
  };
}

function setOf(value: NumberValue): IntervalSet | null {
  if (typeof value === 'number') return [value, value + 1];
  return value?.kind === 'within' ? value.in : null;
}

function addressesOf(value: AddressValue): readonly IntervalSet[] {
  return value === null || value === 'peers' ? [] : [value];
}
