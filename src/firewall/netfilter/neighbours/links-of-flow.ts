import { addressSet } from '../../../net/address-set.ts';
import { isSame, isWithin, subtract, union, unionOf, type IntervalSet } from '../../../net/interval-set.ts';
import { prefixOf } from '../../../net/prefix.ts';
import { ANY_UNICAST, LINK_LOCAL, LOOPBACK } from '../../../net/special-addresses.ts';
import { groupBy } from '../../../group-by.ts';
import type { Firewall } from '../machine/firewall.ts';
import type { Packet } from '../packet.ts';
import type { PacketState } from '../evaluation.ts';
import type { Scenario } from '../scenario.ts';
import type { Link, OwnAddress } from './neighbour-packet.ts';

/** A link and the peers whose packets leave by it; `null` for those whose packets stay in the machine. */
export interface Departure {
  readonly link: Link | null;
  readonly peers: IntervalSet;
}

/** The link the peers come by; null where they are the machine itself. */
export function linkTowardsSource(firewall: Firewall, asked: Scenario): Link | null {
  const { hook, inInterface, destination } = asked;
  if (hook === 'output' || hook === 'loopback') return null;
  const isGateway = hook === 'forward';
  return {
    side: 'source',
    interface: inInterface,
    far: 'peers',
    own: isGateway ? null : destination,
    askedFor: isGateway ? ANY_OWN : askedForOf(firewall, asked),
  };
}

const ANY_OWN: readonly OwnAddress[] = [{ address: null, is: 'asked-for-other' }];

/**
 * By which of its addresses the machine is found: by the destination itself where that is on the link, else by another one, since who
 * sends to an address of another link of the machine asks for the next hop.
 */
function askedForOf(
  { links }: Firewall,
  { family, destination, inInterface, selfAddresses, isEverySelfKnown }: Scenario,
): readonly OwnAddress[] {
  const itself = { address: destination, is: 'asked-for-destination' } as const;
  if (isWithin(destination, LINK_LOCAL[family]) || isSame(destination, ANY_UNICAST[family])) return [itself];
  const onLink = inInterface === null ? undefined : links?.addresses.get(inInterface);
  if (onLink !== undefined) {
    const own = addressSet(onLink.map(prefixOf), family);
    if (isWithin(destination, own)) return [itself];
    if (own.length > 0 && family === 6) return [{ address: own, is: 'asked-for-other' }];
  }
  const known = isEverySelfKnown && selfAddresses !== null ? selfAddresses : ANY_UNICAST[family];
  const others = subtract(known, union(destination, LOOPBACK[family]));
  // With a single address beside its link-local ones it is known by that.
  return isWithin(others, LINK_LOCAL[family])
    ? [itself]
    : [itself, { address: others, is: 'asked-for-other' }];
}

/** So many links are looked at one by one; NAT may lead to thousands of machines. */
const MAX_DEPARTURES = 64;

/** Where the packets that arrived left the machine. */
export function departuresOf(asked: Scenario, arrived: readonly PacketState[]): readonly Departure[] {
  const all = [...groupBy(arrived, ({ packet }) => keyOf(packet))].flatMap((states): Departure[] => {
    const [first] = states;
    if (first === undefined) return [];
    return [
      { link: linkTowardsDestination(asked, first.packet), peers: unionOf(states.map(({ peers }) => peers)) },
    ];
  });
  return all.length <= MAX_DEPARTURES ? all : [asOne(asked.family, all)];
}

function keyOf({ addresses, deliveredTo, outInterface, isSourceTranslated }: Packet): string {
  if (deliveredTo !== 'elsewhere') return deliveredTo;
  const { source, destination } = addresses;
  return [destination, isSourceTranslated ? source : '', outInterface ?? '?'].map(String).join('|');
}

function linkTowardsDestination(
  { hook, family }: Scenario,
  { deliveredTo, addresses, outInterface, isSourceTranslated }: Packet,
): Link | null {
  if (deliveredTo !== 'elsewhere') return null;
  const isSender = hook === 'output' || hook === 'loopback';
  const own = isSourceTranslated ? (addresses.source ?? ANY_UNICAST[family]) : isSender ? 'peers' : null;
  return {
    side: 'destination',
    interface: outInterface,
    far: addresses.destination ?? ANY_UNICAST[family],
    own,
    askedFor: isSender ? [{ address: own, is: 'asked-for-destination' }, ...ANY_OWN] : ANY_OWN,
  };
}

/** Any of them, for everybody. */
function asOne(family: Scenario['family'], all: readonly Departure[]): Departure {
  const links = all.flatMap(({ link }) => link ?? []);
  const setOf = (value: Link['far']): IntervalSet =>
    value === null || value === 'peers' ? ANY_UNICAST[family] : value;
  return {
    link: {
      side: 'destination',
      interface: null,
      far: unionOf(links.map(({ far }) => setOf(far))),
      own: unionOf(links.map(({ own }) => setOf(own))),
      askedFor: ANY_OWN,
    },
    peers: unionOf(all.map(({ peers }) => peers)),
  };
}

/** Any machine on any link. */
export function anyDeparture({ family }: Scenario): Link {
  return {
    side: 'destination',
    interface: null,
    far: ANY_UNICAST[family],
    own: ANY_UNICAST[family],
    askedFor: ANY_OWN,
  };
}
