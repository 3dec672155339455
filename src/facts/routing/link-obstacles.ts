import { z } from 'zod';
import {
  compareAddresses,
  FAMILIES,
  formatAddress,
  tryParseAddress,
  type Address,
  type Family,
} from '../../net/address.ts';
import { ANYWHERE, prefixContains, type Prefix } from '../../net/prefix.ts';
import { isLinkLocal, isMulticast } from '../../net/special-addresses.ts';
import { groupBy } from '../../group-by.ts';
import type { Interface } from '../interfaces.ts';
import type { WayReason } from '../../firewall/model/way-reason.ts';
import type { Routing } from './routing.ts';

/** Neighbours on the link of an interface that may not be found, or at the wrong link address. */
export interface LinkObstacle {
  readonly interface: string;
  readonly families: readonly Family[];
  readonly neighbours: Hidden;
  readonly because: WayReason;
}

/** These neighbours, all, or all outside these networks. */
export type Hidden = readonly Address[] | 'all' | { readonly outside: readonly Prefix[] };

/** An interface that answers ARP for some addresses, or to some neighbours, only. */
export interface LimitedArp {
  readonly interface: string;
  /** Whose requests for that address are answered, and what keeps the others from it. */
  readonly answeredTo: (asked: Address) => {
    readonly networks: readonly Prefix[];
    readonly answers: ArpReason['answers'];
  };
}

type ArpReason = Extract<WayReason, { readonly code: 'arp-ignored' }>;

/** An entry of the neighbour table that was set by hand: the kernel asks nobody for its link address. */
interface FixedNeighbour {
  readonly address: Address;
  readonly interface: string;
  readonly linkAddress: string;
}

const neighboursShape = z.array(
  z.looseObject({
    dst: z.string(),
    dev: z.string().default(''),
    lladdr: z.string().optional(),
    state: z.array(z.string()).default([]),
  }),
);

/** What `ip -j neigh show nud permanent nud noarp` prints, without groups and what links without neighbours have. */
export function parseNeighbours(output: string): readonly FixedNeighbour[] {
  return neighboursShape
    .parse(JSON.parse(output.trim() === '' ? '[]' : output))
    .flatMap(({ dst, dev, lladdr, state }) => {
      const address = tryParseAddress(dst);
      const isOfHand = state.some((one) => one === 'PERMANENT' || one === 'NOARP');
      if (address === undefined || lladdr === undefined || !isOfHand || isMulticast(address)) return [];
      // What the kernel takes for broadcasts, and for itself.
      if (/^(?:ff(?::ff){5}|00(?::00){5})$/.test(lladdr)) return [];
      return [{ address, interface: dev, linkAddress: lladdr }];
    });
}

export function fixedNeighbours(entries: readonly FixedNeighbour[]): readonly LinkObstacle[] {
  const groups = groupBy(entries, (one) => `${one.address.family} ${one.interface}`);
  return groups.flatMap((own): readonly LinkObstacle[] => {
    const [first] = own;
    if (first === undefined) return [];
    const { address, interface: name, linkAddress } = first;
    return [
      {
        interface: name,
        families: [address.family],
        neighbours: own.map((one) => one.address),
        because: {
          ...{ code: 'fixed-neighbour', address: formatAddress(address), interface: name, linkAddress },
          more: own.length - 1,
        },
      },
    ];
  });
}

/** An interface of Ethernet whose flag NOARP keeps it from asking and answering. */
export function withoutResolution(name: string): LinkObstacle {
  return {
    ...{ interface: name, families: [4, 6], neighbours: 'all' },
    because: { code: 'no-arp', interface: name },
  };
}

/** A bridge whose neighbours may not be reached. */
export function unreached(name: string, because: WayReason): LinkObstacle {
  return { interface: name, families: FAMILIES, neighbours: 'all', because };
}

/** An interface that answers no ARP for any address. */
export function mute(name: string): LinkObstacle {
  return {
    ...{ interface: name, families: [4], neighbours: 'all' },
    because: { code: 'arp-ignored', interface: name, address: null, answers: 'nothing' },
  };
}

/** What `arp_ignore` of each interface leaves, where it answers for some addresses only. */
export function limitedArp(
  settings: ReadonlyMap<string, number>,
  interfaces: readonly Interface[],
): readonly LimitedArp[] {
  const isOneOf = (all: readonly Address[], address: Address): boolean =>
    all.some((one) => compareAddresses(one, address) === 0);
  const ofHost = interfaces.flatMap((one) => one.ofScopeHost);
  return [...settings].flatMap(([name, setting]): readonly LimitedArp[] => {
    const own = interfaces.find((one) => one.name === name);
    if (own === undefined) return [];
    const answeredTo = (asked: Address): ReturnType<LimitedArp['answeredTo']> => {
      if (setting === 3)
        return { networks: isOneOf(ofHost, asked) ? [] : ANYWHERE, answers: 'all-but-scope-host' };
      if (!isOneOf(own.addresses, asked)) return { networks: [], answers: 'its-own' };
      if (setting === 1) return { networks: ANYWHERE, answers: 'its-own' };
      const networks = own.networks.filter((network) => prefixContains(network, asked));
      return { networks, answers: 'its-networks' };
    };
    return setting >= 1 && setting <= 3 ? [{ interface: name, answeredTo }] : [];
  });
}

/**
 * A port of a bridge, bond, team or VRF that routes send packets by: what comes in by it counts as received by its master, answers to
 * ARP and neighbour discovery too. Nothing where no route leads by it; what is link-local is not looked up in routes.
 */
export function enslaved(
  { name, master }: { readonly name: string; readonly master: string },
  routing: Readonly<Record<Family, Routing | null>>,
): readonly LinkObstacle[] {
  const families = FAMILIES.filter((family) =>
    routing[family]?.routes.some(
      ({ to: { first: value }, hops }) =>
        !isLinkLocal({ family, value }) &&
        !isMulticast({ family, value }) &&
        hops.some((hop) => hop.interface === name),
    ),
  );
  if (families.length === 0) return [];
  const because: WayReason = { code: 'route-by-port', interface: name, master };
  return [{ interface: name, families, neighbours: 'all', because }];
}
