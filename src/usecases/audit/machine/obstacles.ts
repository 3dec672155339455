import type { MachineFacts } from '../../../facts/machine-facts.ts';
import type { LinkObstacle } from '../../../facts/routing/link-obstacles.ts';
import type { DoubtedRoutes } from '../../../facts/routing/doubted-routes.ts';
import { obstructed, withoutRoutes } from '../../../facts/routing/obstructed.ts';
import type { Routing } from '../../../facts/routing/routing.ts';
import type { FilterHook } from '../../../firewall/model/question.ts';
import type { WayReason } from '../../../firewall/model/way-reason.ts';
import { formatAddress, type Address, type Family } from '../../../net/address.ts';
import { ANYWHERE, formatPrefix, prefixContains } from '../../../net/prefix.ts';

/** The routing of the machine with one obstacle in the way. */
export interface Obstructed {
  readonly because: WayReason;
  readonly routing: Routing;
}

export function obstructions(facts: MachineFacts, hook: FilterHook, family: Family): readonly Obstructed[] {
  const routing = facts.routing[family];
  if (routing === null) return [];
  return [
    ...facts.obstacles
      .filter(({ families }) => families.includes(family))
      .map((one) => ({ because: one.because, routing: remembered(routing, one) })),
    ...facts.doubtedRoutes
      .filter((one) => one.family === family)
      .filter((one) => hook !== 'forward' || !one.isOfSender)
      .map((one) => ({ because: one.because, routing: rememberedWithout(routing, one) })),
  ];
}

/** Made once: what is looked up in a routing is remembered with it. */
function remembered(routing: Routing, obstacle: LinkObstacle): Routing {
  const { interface: name, neighbours } = obstacle;
  const key = `${name} ${hiddenText(neighbours)}`;
  const own = known.get(routing) ?? new Map<string, Routing>();
  known.set(routing, own);
  const found = own.get(key) ?? obstructed(routing, obstacle);
  own.set(key, found);
  return found;
}

/** Made once, too. */
function rememberedWithout(routing: Routing, one: DoubtedRoutes): Routing {
  const found = doubted.get(one) ?? withoutRoutes(routing, one.routes);
  doubted.set(one, found);
  return found;
}

const doubted = new WeakMap<DoubtedRoutes, Routing>();

function hiddenText(hidden: LinkObstacle['neighbours']): string {
  if (hidden === 'all') return 'all';
  return 'outside' in hidden ? `outside ${hidden.outside.map(formatPrefix).join()}` : 'neighbours';
}

const known = new WeakMap<Routing, Map<string, Routing>>();

/** Interfaces with neighbours that ask for one of these addresses and may get no answer. */
export function unanswered(
  { routing, limitedArp }: MachineFacts,
  hook: FilterHook,
  own: readonly Address[],
): readonly Obstructed[] {
  const { 4: routing4 } = routing;
  if (hook !== 'input' || routing4 === null) return [];
  return limitedArp.flatMap(({ interface: name, answeredTo }) => {
    const isAskedFor = (address: Address): boolean =>
      routing4.routes.some(
        ({ to, isOnLink, interface: link }) => isOnLink && link === name && prefixContains(to, address),
      );
    return own.filter(isAskedFor).flatMap((address): readonly Obstructed[] => {
      const { networks, answers } = answeredTo(address);
      if (networks === ANYWHERE) return [];
      const because: WayReason = {
        ...{ code: 'arp-ignored', interface: name, address: formatAddress(address), answers },
      };
      const neighbours = { outside: networks };
      const obstacle: LinkObstacle = { interface: name, families: [4], neighbours, because };
      return [{ because, routing: remembered(routing4, obstacle) }];
    });
  });
}
