import { z } from 'zod';
import { tryParseAddress, type Address } from '../net/address.ts';
import { blockOf, type Prefix } from '../net/prefix.ts';
import { isLinkLocal, isLoopback } from '../net/special-addresses.ts';

const interfacesShape = z.array(
  z.looseObject({
    ifname: z.string().default(''),
    flags: z.array(z.string()).default(['UP']),
    operstate: z.string().default('UNKNOWN'),
    link_type: z.string().default(''),
    address: z.string().optional(),
    master: z.string().optional(),
    xdp: z.unknown().optional(),
    link: z.string().optional(),
    addr_info: z
      .array(
        z.looseObject({
          local: z.string().optional(),
          prefixlen: z.number().optional(),
          scope: z.string().optional(),
        }),
      )
      .default([]),
  }),
);

/** One of the machine. */
export interface Interface {
  readonly name: string;
  /** It may bring packets of other machines, whether it has an address or not. */
  readonly isOpen: boolean;
  readonly linkAddress: string | null;
  /** The bridge, bond, team or VRF it is a port of. */
  readonly master: string | null;
  /** The device it is on, as a VLAN does. */
  readonly link: string | null;
  /** It is a bond or VRF: of what has ports, all else is a bridge. */
  readonly isBond: boolean;
  /** What is received by its ports counts as received by these first. */
  readonly isVrf: boolean;
  readonly addresses: readonly Address[];
  readonly ofScopeHost: readonly Address[];
  /** Those its addresses are in. */
  readonly networks: readonly Prefix[];
  readonly hasCarrier: boolean;
  readonly hasXdp: boolean;
  /** It is of Ethernet and has the flag NOARP. */
  readonly isWithoutArp: boolean;
  /** It is of Ethernet, and asks for the link address of whom it sends to (ARP, neighbour discovery). */
  readonly isAsking: boolean;
}

/** Nothing comes in by it. */
export function isDown({ name, isOpen, hasCarrier }: Interface): boolean {
  return name !== 'lo' && !(isOpen && hasCarrier);
}

/** VRFs and dummies have the flag as well: nobody comes in by them. */
export function isUnresolving({ isOpen, isWithoutArp }: Interface): boolean {
  return isOpen && isWithoutArp;
}

/** What `ip -j address show` prints. */
export function parseInterfaces(output: string): readonly Interface[] {
  return interfacesShape
    .parse(JSON.parse(output))
    .map(
      ({
        ifname: name,
        flags,
        operstate,
        link_type: type,
        address: linkAddress = null,
        master = null,
        link = null,
        xdp,
        addr_info: entries,
      }) => ({
        ...{ name, linkAddress, master, link },
        hasCarrier: !flags.includes('NO-CARRIER') && RUNNING.has(operstate),
        networks: entries.flatMap(({ local = '', prefixlen }) => {
          const address = tryParseAddress(local);
          if (address === undefined || prefixlen === undefined || isLinkLocal(address)) return [];
          return [blockOf(address, prefixlen)];
        }),
        ofScopeHost: entries.flatMap(({ local = '', scope }) =>
          scope === 'host' ? (tryParseAddress(local) ?? []) : [],
        ),
        hasXdp: xdp !== undefined,
        isAsking: type === 'ether' && !flags.some((flag) => flag === 'NOARP' || flag === 'POINTOPOINT'),
        isWithoutArp: type === 'ether' && flags.includes('NOARP'),
        isBond: flags.includes('MASTER'),
        isVrf: flags.includes('MASTER') && flags.includes('NOARP'),
        isOpen: name !== '' && flags.includes('UP') && !flags.includes('LOOPBACK') && name !== 'lo',
        addresses: entries
          .flatMap(({ local = '' }) => tryParseAddress(local) ?? [])
          .filter((address) => !isLoopback(address)),
      }),
    );
}

/** `operstate` of an interface that takes packets; `UNKNOWN` of one that has no carrier to lose. */
const RUNNING: ReadonlySet<string> = new Set(['UP', 'UNKNOWN']);
