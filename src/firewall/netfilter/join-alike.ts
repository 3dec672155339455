import {
  boundsUpTo,
  intersect,
  isSame,
  isWithin,
  overlaps,
  subtract,
  type Bound,
  type IntervalSet,
} from '../../net/interval-set.ts';
import { mergedStates, spend, type Evaluation, type PacketState } from './evaluation.ts';
import { addressSet } from '../../net/address-set.ts';
import { cutsOf } from './machine/address-cuts.ts';
import { blocksAround } from './machine/link-blocks.ts';
import type { Firewall } from './machine/firewall.ts';
import { numberValue, type AddressValue, type NumberValue, type Packet } from './packet.ts';
import type { Scenario } from './scenario.ts';

/** So many states are followed one by one. */
const FEW = 32;

/** To make one and to find those like it takes as long as so many rules. */
const STEPS_A_STATE = 6;

/**
 * States that NAT led to addresses and ports which neither a rule nor the question tells apart, as one: thousands of DNAT rules make as
 * many states, and mostly one rule that lets them all pass.
 */
export function joinAlike(
  run: Evaluation,
  firewall: Firewall,
  asked: Scenario,
  states: readonly PacketState[],
): readonly PacketState[] {
  if (states.length <= FEW) return states;
  spend(run, STEPS_A_STATE * states.length);
  const cuts = cutsOf(firewall);
  const { destination, selfAddresses, hostAddresses, otherAddresses, linkNetworks, family } = asked;
  const links = (linkNetworks ?? []).map((network) => addressSet([network], family));
  const others = asked.admitted.map(({ at }) => at ?? []);
  const named = [destination, selfAddresses ?? [], hostAddresses, otherAddresses, ...others, ...links].filter(
    (set) => set.length > 0,
  );
  const known = new Map<IntervalSet, IntervalSet>();
  const widerAddress = (value: AddressValue): AddressValue => {
    if (value === null || value === 'peers') return value;
    const found =
      known.get(value) ?? onLinks(asked, value, stretchAround(value, cuts.addresses[family], named));
    known.set(value, found);
    return found;
  };
  const widerPort = (value: NumberValue): NumberValue => {
    const set = portsOf(value);
    if (set === null || cuts.ports === null) return value;
    const stretch = stretchAround(
      set,
      cuts.ports,
      [asked, ...asked.admitted].map((one) => [one.port, one.port + 1]),
    );
    return stretch === set ? value : numberValue(stretch);
  };
  const joined = states.map(({ packet, peers }) => ({
    packet: wider(packet, widerAddress, widerPort),
    peers,
  }));
  // Where rules tell all of them apart there is nothing to join.
  return joined.every(({ packet }, at) => packet === states[at]?.packet) ? states : mergedStates(joined);
}

/** Whether the answers come back hangs on the link. */
function onLinks(
  { linkNetworks, hook, family }: Scenario,
  value: IntervalSet,
  stretch: IntervalSet,
): IntervalSet {
  if (linkNetworks !== null || hook !== 'input' || stretch === value) return stretch;
  return intersect(stretch, blocksAround(value, family));
}

function wider(
  packet: Packet,
  address: (value: AddressValue) => AddressValue,
  port: (value: NumberValue) => NumberValue,
): Packet {
  const { addresses, numbers, isDestinationTranslated, isSourceTranslated } = packet;
  if (!isDestinationTranslated && !isSourceTranslated) return packet;
  const ports = {
    'destination-port': port(numbers['destination-port']),
    'ct-reply-source-port': port(numbers['ct-reply-source-port']),
  };
  const ends = {
    source: address(addresses.source),
    destination: address(addresses.destination),
    'ct-reply-source': address(addresses['ct-reply-source']),
    'ct-reply-destination': address(addresses['ct-reply-destination']),
  };
  const isUnchanged =
    ports['destination-port'] === numbers['destination-port'] &&
    ports['ct-reply-source-port'] === numbers['ct-reply-source-port'] &&
    ends.source === addresses.source &&
    ends.destination === addresses.destination &&
    ends['ct-reply-source'] === addresses['ct-reply-source'] &&
    ends['ct-reply-destination'] === addresses['ct-reply-destination'];
  return isUnchanged
    ? packet
    : { ...packet, numbers: { ...numbers, ...ports }, addresses: { ...addresses, ...ends } };
}

/** All that lies between the same two cuts, and in the same of the named sets; the value itself where it reaches over one of them. */
function stretchAround(
  value: IntervalSet,
  cuts: readonly Bound[],
  named: readonly IntervalSet[],
): IntervalSet {
  const [first, end] = [value[0], value.at(-1)];
  if (first === undefined || end === undefined) return value;
  const place = boundsUpTo(cuts, first);
  const [from, to] = [cuts[place - 1], cuts[place]];
  if (from === undefined || to === undefined || to < end) return value;
  let stretch: IntervalSet = [from, to];
  for (const set of named) {
    if (isWithin(value, set)) stretch = intersect(stretch, set);
    else if (overlaps(value, set)) return value;
    else stretch = subtract(stretch, set);
  }
  return isSame(stretch, value) ? value : stretch;
}

function portsOf(value: NumberValue): IntervalSet | null {
  if (typeof value === 'number') return [value, value + 1];
  return value?.kind === 'within' ? value.in : null;
}
