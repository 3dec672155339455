import { FAMILIES, type Family } from '../../net/address.ts';
import type { WayReason } from '../../firewall/model/way-reason.ts';
import type { LinkObstacle } from './link-obstacles.ts';

// What may drop packets outside of the rules of nftables and iptables: that it is there is seen, what it does is not.

/** The interfaces that filters of tc are at, by what `print_filters` of collect.sh prints: a line `dev NAME WAY` before those of each. */
export function parseTrafficFilters(output: string): readonly string[] {
  const names = new Set<string>();
  let at = '';
  for (const line of output.split('\n')) {
    const [, name] = /^dev (\S+) (?:ingress|egress)$/.exec(line) ?? [];
    if (name !== undefined) at = name;
    else if (line.trim() !== '' && at !== '') names.add(at);
  }
  return [...names];
}

/** Whether `arptables-legacy-save` prints anything but policies that accept. */
export function hasArpRules(output: string): boolean {
  return output.split('\n').some((line) => /^(?:-A\s|:\S+\s+(?!ACCEPT\b|-))/.test(line.trim()));
}

/** A device, what it is a port of, and what it is on. */
interface Device {
  readonly name: string;
  readonly master: string | null;
  readonly link: string | null;
}

/** At an interface, or at one that it receives by: whatever routes lead by it. */
export function filteredBy(
  kind: Extract<WayReason, { readonly code: 'packet-program' }>['kind'],
  at: readonly string[],
  devices: readonly Device[],
): readonly LinkObstacle[] {
  return at.flatMap((name) =>
    [...above(name, devices)].map((upper) =>
      obstacle(upper, FAMILIES, { code: 'packet-program', interface: name, kind }),
    ),
  );
}

export function arpFiltered(devices: readonly Device[]): readonly LinkObstacle[] {
  return devices.map(({ name }) => obstacle(name, [4], { code: 'arp-rules' }));
}

function obstacle(name: string, families: readonly Family[], because: WayReason): LinkObstacle {
  return { interface: name, families, neighbours: 'all', because };
}

/** The device itself, its bridge, bond or VRF, and what is on one of these, as VLANs are. */
function above(name: string, devices: readonly Device[]): ReadonlySet<string> {
  const found = new Set([name]);
  for (const one of found) {
    const own = devices.find((device) => device.name === one);
    if (own !== undefined && own.master !== null) found.add(own.master);
    for (const { name: upper, link } of devices) if (link === one) found.add(upper);
  }
  return found;
}
