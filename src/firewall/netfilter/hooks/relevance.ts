import type { PlainReason } from '../../model/reason.ts';
import type { Notes } from '../matching/notes.ts';
import type { HookedChain } from '../machine/firewall.ts';
import { allLower, isOverBridge, standsAlone, type Links } from '../machine/links.ts';
import type { InterfaceValue, Packet } from '../packet.ts';

/** Whether a chain meets the packet; where only perhaps, what that depends on. */
export type Relevance =
  { readonly kind: 'always' | 'never' } | { readonly kind: 'maybe'; readonly reason: PlainReason };

const ALWAYS: Relevance = { kind: 'always' };
const NEVER: Relevance = { kind: 'never' };

/** Chains on a device see what passes that device, those of a bridge the frames it passes. */
export function relevanceOf(
  notes: Notes,
  links: Links | null,
  { table, base }: HookedChain,
  packet: Packet,
): Relevance {
  if (table.family === 'bridge') return ofBridge(links, packet);
  if (base.hook === 'ingress' || base.hook === 'egress') {
    const isIngress = base.hook === 'ingress';
    if (!isIngress && packet.isWayOutOpen) return { kind: 'maybe', reason: 'lower-device' };
    return ofDevice(notes, links, base.devices, isIngress ? packet.inInterface : packet.outInterface);
  }
  return packet.mayBypass ? { kind: 'maybe', reason: 'frames-not-seen' } : ALWAYS;
}

/** Of a packet that comes in and is sent on, either interface may be the bridge; by which port is not known. */
function ofBridge(links: Links | null, { inInterface, outInterface }: Packet): Relevance {
  const names = [inInterface, outInterface].filter((name) => name !== '');
  const mayPass = (name: InterfaceValue): boolean => {
    if (links === null) return name !== 'lo';
    return name === null ? links.bridges.size > 0 : isOverBridge(links, name);
  };
  return names.some(mayPass) ? { kind: 'maybe', reason: 'bridge-frames' } : NEVER;
}

function ofDevice(
  notes: Notes,
  links: Links | null,
  devices: readonly string[],
  device: InterfaceValue,
): Relevance {
  if (device === null) {
    const others = devices.filter((name) => name !== 'lo');
    for (const name of others) if (name !== '*') notes.interfacePatterns.add(name);
    return others.length === 0 ? NEVER : { kind: 'maybe', reason: 'lower-device' };
  }
  if (devices.includes(device)) return ALWAYS;
  // Whether a trailing * stands for any rest depends on the kernel.
  const isLike = (name: string): boolean => name.endsWith('*') && device.startsWith(name.slice(0, -1));
  return devices.some(isLike) || mayBeBelow(links, devices, device)
    ? { kind: 'maybe', reason: 'lower-device' }
    : NEVER;
}

/** The frames of a bridge, bond or VLAN pass its port or device first. */
function mayBeBelow(links: Links | null, devices: readonly string[], device: string): boolean {
  if (links === null) return !standsAlone(device) && devices.some((name) => name !== 'lo');
  const lower = allLower(links, device);
  return devices.some((name) => lower.has(name));
}
