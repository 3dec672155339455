import { FAMILIES, type Family } from '../../net/address.ts';
import type { WayReason } from '../../firewall/model/way-reason.ts';
import type { LinkObstacle } from './link-obstacles.ts';

// What may drop packets outside of the rules of nftables and iptables: that it is there is seen, what it does is not.

type PacketProgram = Extract<WayReason, { readonly code: 'packet-program' }>;

/** By what `print_filters` of collect.sh prints, a line `dev NAME WAY` before the filters of each: which interfaces have some, on which way. */
export function parseTrafficFilters(output: string): readonly Omit<PacketProgram, 'code'>[] {
  const found = new Map<string, Set<'ingress' | 'egress'>>();
  let add = (): void => undefined;
  for (const line of output.split('\n')) {
    const [, name, way] = /^dev (\S+) (ingress|egress)$/.exec(line) ?? [];
    if (name !== undefined)
      add = () => {
        const ways = found.get(name) ?? new Set();
        found.set(name, ways.add(way === 'egress' ? 'egress' : 'ingress'));
      };
    else if (line.trim() !== '') add();
  }
  return Array.from(found, ([name, ways]) => ({ interface: name, kind: 'tc', ways: [...ways] }));
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
  programs: readonly Omit<PacketProgram, 'code'>[],
  devices: readonly Device[],
): readonly LinkObstacle[] {
  return programs.flatMap((program) =>
    [...above(program.interface, devices)].map((upper) =>
      obstacle(upper, FAMILIES, { code: 'packet-program', ...program }),
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
