import type { MachineFacts } from '../../../facts/machine-facts.ts';
import type { LinkObstacle } from '../../../facts/routing/link-obstacles.ts';
import { obstructed } from '../../../facts/routing/obstructed.ts';
import type { Routing } from '../../../facts/routing/routing.ts';
import type { FilterHook } from '../../../firewall/model/question.ts';
import type { WayReason } from '../../../firewall/model/way-reason.ts';
import { compareAddresses, formatAddress, type Address, type Family } from '../../../net/address.ts';
import { prefixContains } from '../../../net/prefix.ts';

/** The routing of the machine with one obstacle in the way. */
export interface Obstructed {
  readonly because: WayReason;
  readonly routing: Routing;
}

export function obstructions(facts: MachineFacts, family: Family): readonly Obstructed[] {
  const routing = facts.routing[family];
  if (routing === null) return [];
  return facts.obstacles
    .filter(({ families }) => families.includes(family))
    .map((one) => ({ because: one.because, routing: remembered(routing, one) }));
}

/** Made once: what is looked up in a routing is remembered with it. */
function remembered(routing: Routing, obstacle: LinkObstacle): Routing {
  const { interface: name, neighbours } = obstacle;
  const key = neighbours === 'all' ? name : `neighbours ${name}`;
  const own = known.get(routing) ?? new Map<string, Routing>();
  known.set(routing, own);
  const found = own.get(key) ?? obstructed(routing, obstacle);
  own.set(key, found);
  return found;
}

const known = new WeakMap<Routing, Map<string, Routing>>();

/** Interfaces with neighbours that ask for one of these addresses, which is one of another interface, and get no answer. */
export function unanswered(
  { routing, links, answeringForOwn }: MachineFacts,
  hook: FilterHook,
  own: readonly Address[],
): readonly Obstructed[] {
  const { 4: routing4 } = routing;
  if (hook !== 'input' || routing4 === null || links === null) return [];
  return [...answeringForOwn].flatMap((name): readonly Obstructed[] => {
    const has = (address: Address): boolean =>
      links.addresses.get(name)?.some((one) => compareAddresses(one, address) === 0) ?? false;
    const isAskedFor = (address: Address): boolean =>
      routing4.routes.some(
        ({ to, isOnLink, interface: link }) => isOnLink && link === name && prefixContains(to, address),
      );
    const foreign = own.find((address) => address.family === 4 && !has(address) && isAskedFor(address));
    if (foreign === undefined) return [];
    const because: WayReason = { code: 'arp-ignored', interface: name, address: formatAddress(foreign) };
    const obstacle: LinkObstacle = { interface: name, families: [4], neighbours: 'all', because };
    return [{ because, routing: remembered(routing4, obstacle) }];
  });
}
