import {
  compareAddresses,
  formatAddress,
  tryParseAddress,
  type Address,
  type Family,
} from '../net/address.ts';
import { formatPortRange, toPortRanges, type Transport } from '../net/port-range.ts';

/** Where a socket is bound. */
export interface Binding {
  /** What it serves. An IPv6 socket bound to an IPv4-mapped address counts as IPv4; a wildcard one may serve both. */
  readonly family: Family;
  /** Null for the wildcard of the family. */
  readonly address: Address | null;
}

/** From the address as a number; RFC 4291 2.5.5.2: `::ffff:0:0/96` holds the IPv4-mapped addresses, which receive IPv4 only. */
export function bindingOf(family: Family, value: bigint): Binding {
  if (family === 6 && value >> 32n === 0xffffn) return bindingOf(4, value & 0xffff_ffffn);
  return { family, address: value === 0n ? null : { family, value } };
}

/** From the text of a tool: brackets and a zone (`fe80::1%12`) may be there. Undefined for anything but an address. */
export function tryParseBinding(text: string): Binding | undefined {
  const bare = text.replace(/^\[(.*)\]$/, '$1').replace(/%[^%]*$/, '');
  const address = tryParseAddress(bare.replace(/^::ffff:(?=\d+\.)/i, ''));
  return address && bindingOf(address.family, address.value);
}

interface BoundPort extends Binding {
  readonly transport: Transport;
  readonly port: number;
}

/** `TCP 10100 on 0.0.0.0`. Two sockets that share a port (SO_REUSEPORT) have the same text. */
export function formatBinding({ transport, port, family, address }: BoundPort): string {
  const where = address === null ? (family === 4 ? '0.0.0.0' : '::') : formatAddress(address);
  return `${transport.toUpperCase()} ${port} on ${where}`;
}

/** `TCP 102-103, 10100 and UDP 10200`: which ports the sockets are on, each once. */
export function formatPorts(sockets: readonly BoundPort[]): string {
  return (['tcp', 'udp'] as const)
    .map((transport) => ({ transport, ports: sockets.filter((socket) => socket.transport === transport) }))
    .filter(({ ports }) => ports.length > 0)
    .map(({ transport, ports }) => {
      const ranges = toPortRanges(ports.map(({ port }) => port)).map((range) => formatPortRange(range));
      return `${transport.toUpperCase()} ${ranges.join(', ')}`;
    })
    .join(' and ');
}

/** By transport, port, family; the wildcard before addresses. */
export function compareBindings(a: BoundPort, b: BoundPort): number {
  if (a.transport !== b.transport) return a.transport < b.transport ? -1 : 1;
  return a.port - b.port || a.family - b.family || compareWildcard(a.address, b.address);
}

function compareWildcard(a: Address | null, b: Address | null): number {
  if (a === null || b === null) return Number(b === null) - Number(a === null);
  return compareAddresses(a, b);
}
