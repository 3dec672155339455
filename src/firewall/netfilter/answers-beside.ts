import { addressSet } from '../../net/address-set.ts';
import { EMPTY, intersect, isWithin, overlaps, type IntervalSet } from '../../net/interval-set.ts';
import type { Family } from '../../net/address.ts';
import { blocksAround } from './machine/link-blocks.ts';
import { publishedAddresses } from './machine/forwarded-addresses.ts';
import type { Firewall } from './machine/firewall.ts';
import type { Notes } from './matching/notes.ts';
import { textOf } from './owner.ts';
import type { Packet } from './packet.ts';
import type { Scenario } from './scenario.ts';
import { answersPass, noteAnswersPass } from './served.ts';

/**
 * Of whom the answers may go past the machine, so that they come from another address than was asked. Where destination NAT leads to
 * a machine on the link of the client, that one answers it directly, unless source NAT makes the request come from elsewhere; a bridge
 * that shows its frames to the chains of IP undoes NAT.
 */
export function answersBeside(way: Way, request: Packet, peers: IntervalSet): IntervalSet {
  const { asked, firewall, notes } = way;
  const { dnat, deliveredTo: place, isSourceTranslated, addresses } = request;
  const { destination } = addresses;
  if (dnat === 'no' || place !== 'elsewhere' || isSourceTranslated || asked.sender === 'anybody')
    return EMPTY;
  if (destination === null || destination === 'peers') return EMPTY;
  if (asked.hook !== 'input' && asked.hook !== 'forward') return EMPTY;
  const around =
    asked.linkNetworks === null
      ? usualLink(firewall, asked, request, destination)
      : linksOf(asked.linkNetworks, destination, asked.family);
  const beside = intersect(peers, around);
  if (beside.length === 0) {
    if (asked.hook === 'input')
      notes.assumptions.add(`answers of ${textOf(destination, asked.family)} come back through this machine`);
    return EMPTY;
  }
  if (answersPass(asked) === null) noteAnswersPass(notes);
  return answersPass(asked) === true ? EMPTY : beside;
}

interface Way {
  readonly firewall: Firewall;
  readonly asked: Scenario;
  readonly notes: Notes;
}

function linksOf(
  links: NonNullable<Scenario['linkNetworks']>,
  destination: IntervalSet,
  family: Family,
): IntervalSet {
  const own = links.filter((network) => network.family === family);
  return addressSet(
    own.filter((network) => overlaps(addressSet([network], family), destination)),
    family,
  );
}

/** Where nobody collected the links: whoever is so near that one link may have both, and does not come by another interface. */
function usualLink(
  firewall: Firewall,
  { family, hook, inInterface }: Scenario,
  { egressInterface }: Packet,
  destination: IntervalSet,
): IntervalSet {
  // Of a gateway it is an assumption that both directions pass it.
  if (hook === 'forward' || isWithin(destination, publishedAddresses(firewall, family))) return EMPTY;
  if (typeof inInterface === 'string' && egressInterface !== null && inInterface !== egressInterface)
    return EMPTY;
  return blocksAround(destination, family);
}
