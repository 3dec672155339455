import { formatAddress, type Family } from '../../../src/net/address.ts';
import { LOOPBACK_ADDRESS } from '../../../src/net/special-addresses.ts';
import type { FilterHook } from '../../../src/firewall/model/question.ts';

/**
 * Where the packets come from on the outside: neighbours and strangers of each other at every prefix length that rules
 * like.
 */
export const SOURCES: Readonly<Record<Family, readonly string[]>> = {
  4: [
    ...['10.77.0.1', '10.77.0.2', '10.77.0.3', '10.77.0.4', '10.77.0.127', '10.77.0.128', '10.77.0.254'],
    ...[
      '10.77.1.1',
      '10.77.1.2',
      '10.77.2.1',
      '10.77.3.255',
      '10.77.4.1',
      '10.77.7.9',
      '10.77.8.1',
      '10.77.15.3',
    ],
    ...['10.77.16.1', '10.77.31.7', '10.77.32.1', '10.77.63.9', '10.77.64.1', '10.77.100.1', '10.77.127.254'],
    ...[
      '10.77.128.1',
      '10.77.129.1',
      '10.77.160.5',
      '10.77.191.1',
      '10.77.192.1',
      '10.77.200.200',
      '10.77.224.1',
    ],
    ...['10.77.240.1', '10.77.254.1', '10.77.254.254'],
  ],
  6: [
    ...['1', '2', '3', '4', 'ff', '100', 'fffe', '1:1', '1:2', '2:1', 'ffff:1', '1:0:1', '1:0:2', 'ffff:0:1'],
    ...['1:0:0:1', '1:0:0:2', '2:0:0:1', '8000:0:0:1', 'ffff:0:0:1'],
  ].map((rest) => `fd77::${rest}`),
};

/** The address of the machine with the rules that clients are given. */
export const SERVER: Readonly<Record<Family, string>> = { 4: '10.77.255.1', 6: 'fd77::ffff:ffff:ffff:1' };

/** What else the machine with the rules is called: by the clients, and on its far side. */
export const NEAR: Readonly<Record<Family, readonly string[]>> = {
  4: [SERVER[4], '10.77.4.99'],
  6: [SERVER[6], 'fd77::1:99'],
};
export const FAR_SIDE: Readonly<Record<Family, readonly string[]>> = {
  4: ['10.78.255.1', '10.78.0.77'],
  6: ['fd78::ffff:ffff:ffff:1', 'fd78::77'],
};

/** Every address of its own but loopback. */
export const OWN: Readonly<Record<Family, readonly string[]>> = {
  4: [...NEAR[4], ...FAR_SIDE[4]],
  6: [...NEAR[6], ...FAR_SIDE[6]],
};

/** A server behind it: two neighbouring addresses, so that NAT can choose between them, and a stranger. */
export const FAR: Readonly<Record<Family, readonly string[]>> = {
  4: ['10.78.0.10', '10.78.0.11', '10.78.129.20'],
  6: ['fd78::10', 'fd78::11', 'fd78:8000::20'],
};

/** Viz World's ports of four instances, their neighbours, and one that is none of ours. */
export const PORTS: readonly number[] = [
  ...[101, 102, 103, 104, 9999, 10099, 10100, 10101, 10102, 10103, 10104],
  ...[10199, 10200, 10201, 10203, 10204, 10300, 10301, 10304, 10305],
];

/** The interfaces of the machine with the rules: to the clients and to the server behind it. */
export const INTERFACES = { near: 'v1b', far: 'v2a' } as const;

export type HostName = 'outside' | 'gateway' | 'far';

/** A kind of way through the machine with the rules. */
export interface Lane {
  readonly name: string;
  readonly hook: FilterHook;
  readonly sender: HostName;
  readonly sources: Readonly<Record<Family, readonly string[]>>;
  readonly destinations: Readonly<Record<Family, readonly string[]>>;
  /** What a question about it calls the interface. */
  readonly interface: string | null;
}

const loopback: Readonly<Record<Family, string>> = {
  4: formatAddress(LOOPBACK_ADDRESS[4]),
  6: formatAddress(LOOPBACK_ADDRESS[6]),
};

export const LANES: readonly Lane[] = [
  {
    name: 'input',
    hook: 'input',
    sender: 'outside',
    sources: SOURCES,
    destinations: { 4: [...NEAR[4], FAR_SIDE[4][0]!], 6: [...NEAR[6], FAR_SIDE[6][0]!] },
    interface: INTERFACES.near,
  },
  {
    name: 'forward',
    hook: 'forward',
    sender: 'outside',
    sources: SOURCES,
    destinations: FAR,
    interface: INTERFACES.near,
  },
  {
    name: 'output',
    hook: 'output',
    sender: 'gateway',
    sources: OWN,
    destinations: FAR,
    interface: INTERFACES.far,
  },
  {
    name: 'loopback',
    hook: 'input',
    sender: 'gateway',
    sources: { 4: [loopback[4], '127.0.0.9', ...OWN[4]], 6: [loopback[6], ...OWN[6]] },
    destinations: { 4: [loopback[4], ...OWN[4]], 6: [loopback[6], ...OWN[6]] },
    interface: null,
  },
];

/** Where the machine with the rules listens. */
export const LISTENING: Readonly<Record<'gateway' | 'far', readonly string[]>> = {
  gateway: [loopback[4], loopback[6], ...OWN[4], ...OWN[6]],
  far: [...FAR[4], ...FAR[6]],
};
