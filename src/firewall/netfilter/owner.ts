import { formatAddressSet } from '../../net/address-set.ts';
import { FORWARDS_NAT, SEEN_AS_ANOTHER, SERVED_ELSEWHERE } from '../model/assumptions.ts';
import type { Family } from '../../net/address.ts';
import { isSame, isWithin, overlaps, type IntervalSet } from '../../net/interval-set.ts';
import { ANY_UNICAST, LINK_LOCAL } from '../../net/special-addresses.ts';
import type { Scenario } from './scenario.ts';
import type { Firewall } from './machine/firewall.ts';
import { forwardedAddresses } from './machine/forwarded-addresses.ts';
import type { Packet } from './packet.ts';
import type { Notes } from './matching/notes.ts';
import { forwards, isServedOn, noteForwarding, noteServedOn } from './served.ts';

/** Whose addresses these are: of the machine that runs the rules, of another one, of either, or nobody said. */
export type Owner = 'self' | 'other' | 'either' | 'unknown';

export function ownerOf(firewall: Firewall, asked: Scenario, addresses: IntervalSet, notes: Notes): Owner {
  const { family, selfAddresses: self } = asked;
  if (self !== null && isWithin(addresses, self)) return 'self';
  if (self !== null && overlaps(self, addresses)) return 'either';
  if (asked.isEverySelfKnown || isWithin(addresses, asked.otherAddresses)) return 'other';
  if (isHostElsewhere(asked, addresses)) return 'other';
  if (!isWithin(addresses, forwardedAddresses(firewall, family))) return 'unknown';
  notes.assumptions.add(
    `${textOf(addresses, family)} is an address of another machine: the rules send or forward packets to it`,
  );
  return 'other';
}

/** Some of them are of no machine on a network: groups, broadcast, loopback, of one link only (IPv6), none at all. */
export function mayLeadNowhere(addresses: IntervalSet, family: Family): boolean {
  return !isWithin(addresses, ANY_UNICAST[family]) || (family === 6 && overlaps(addresses, LINK_LOCAL[6]));
}

const texts = new WeakMap<IntervalSet, string>();

/** The addresses in words; what NAT gives is asked for again and again. */
export function textOf(addresses: IntervalSet, family: Family): string {
  const text = texts.get(addresses) ?? formatAddressSet(addresses, family);
  texts.set(addresses, text);
  return text;
}

/** The host asked about is another machine where it is not the one with the rules. */
function isHostElsewhere(
  { family, hook, destination, hostAddresses }: Scenario,
  addresses: IntervalSet,
): boolean {
  if (hook === 'input' || hook === 'loopback') return false;
  if (isWithin(addresses, hostAddresses)) return true;
  return isWithin(addresses, destination) && !isSame(destination, ANY_UNICAST[family]);
}

/** Whether the packet gets to the host that was asked about, wherever NAT led it. */
export type Reach = 'reached' | 'away' | 'unsure';

export function reachOf(asked: Scenario, packet: Packet, notes: Notes): Reach {
  const place = reachOfPlace(asked, packet);
  if (asked.hook === 'forward' && packet.isSourceTranslated && asked.sender !== 'anybody')
    notes.assumptions.add(SEEN_AS_ANOTHER.text);
  const led = place === 'away' ? place : worse(place, reachByForwarding(asked, packet, notes));
  return led === 'away' ? led : worse(led, reachOfPort(asked, packet, notes));
}

function worse(a: Reach, b: Reach): Reach {
  if (a === 'away' || b === 'away') return 'away';
  return a === 'unsure' ? a : b;
}

/** What NAT of the very host leads to another machine, it has to forward. */
function reachByForwarding(asked: Scenario, { dnat, deliveredTo: place }: Packet, notes: Notes): Reach {
  if (asked.hook !== 'input' || dnat === 'no' || place !== 'elsewhere') return 'reached';
  const known = forwards(asked);
  if (known === false) return 'away';
  if (asked.servedOn === 'same-port') {
    notes.assumptions.add(SERVED_ELSEWHERE.text);
    if (known === null) noteForwarding(notes);
    return known === null ? 'unsure' : 'reached';
  }
  // Who must be kept out may come where the machine forwards.
  if (known === null) notes.assumptions.add(FORWARDS_NAT.text);
  return 'reached';
}

/** Whether anybody listens where it goes instead, the rules do not say. */
const OTHER_PORT = 'traffic that NAT redirects to another port counts as allowed';

function reachOfPort(asked: Scenario, { numbers }: Packet, notes: Notes): Reach {
  const port = numbers['destination-port'];
  if (asked.servedOn === 'any-port') {
    if (port !== asked.port) notes.assumptions.add(OTHER_PORT);
    return 'reached';
  }
  if (typeof port !== 'number') return 'unsure';
  const known = isServedOn(asked, port);
  if (known !== null) return known ? 'reached' : 'away';
  noteServedOn(port, notes);
  return 'unsure';
}

function reachOfPlace(
  asked: Scenario,
  { dnat, addresses: { destination }, deliveredTo: place }: Packet,
): Reach {
  if (asked.servedBy === 'anyone' || dnat === 'no') return 'reached';
  if (dnat === 'to-this-machine' || place === 'here') return 'away';
  return destination === null || destination === 'peers' ? 'unsure' : reachOfAddress(asked, destination);
}

/** The same of a packet that is led to one of these addresses. */
export function reachOfAddress(asked: Scenario, to: IntervalSet): Reach {
  const { family, destination, hostAddresses, otherAddresses, selfAddresses } = asked;
  const isOneAddress = destination.length === 2 && isSame(destination, to);
  if (isOneAddress || isWithin(to, hostAddresses) || isSame(destination, ANY_UNICAST[family]))
    return 'reached';
  return isWithin(to, otherAddresses) || (selfAddresses !== null && isWithin(to, selfAddresses))
    ? 'away'
    : 'unsure';
}
