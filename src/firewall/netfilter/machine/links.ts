import type { Address } from '../../../net/address.ts';

/** What was collected of the machine's interfaces. */
export interface Links {
  /** Of each interface those whose frames it gets: the ports of a bridge or bond, the device of a VLAN. */
  readonly lower: ReadonlyMap<string, readonly string[]>;
  /** Bridges, each with the ports that are up. */
  readonly bridges: ReadonlyMap<string, readonly string[]>;
  /** Of each port the bridge, bond or team it is part of: chains of IP see its packets as received, and sent, by that one. */
  readonly masters: ReadonlyMap<string, string>;
  /** The addresses of each interface. */
  readonly addresses: ReadonlyMap<string, readonly Address[]>;
}

/** The interfaces whose frames may reach this one, directly or through others. */
export function allLower({ lower }: Links, name: string): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (upper: string): void => {
    for (const each of lower.get(upper) ?? []) {
      if (found.has(each)) continue;
      found.add(each);
      add(each);
    }
  };
  add(name);
  return found;
}

/** Bridges that pass frames from port to port: two of these are up. */
export function passingBridges({ bridges }: Pick<Links, 'bridges'>): readonly string[] {
  return [...bridges].flatMap(([name, ports]) => (ports.length > 1 ? [name] : []));
}

/** Whether frames of the interface pass a bridge of the machine. */
export function isOverBridge(links: Links, name: string): boolean {
  return [name, ...allLower(links, name)].some((each) => links.bridges.has(each));
}

/** Whether that is a name which the kernel and udev give to network cards and tunnels: a bridge, bond or VLAN has another. */
export function standsAlone(name: string): boolean {
  // With a slash it stands for all others, and is no name.
  return /^(?:lo|(?:eth|wg|tun|ppp)\d+|(?:en|wl|ww)[a-z]\w*|.*\/.*)$/.test(name);
}
