import type { Transport } from '../../src/net/port-range.ts';
import { ROLES, type Role } from '../../src/deployment/role.ts';
import type { Stated } from './sites.ts';

/** The guide's worked example for four instances, and who uses it; under `auto` both UDP groups go both ways. */
const TCP_OF: Readonly<Record<Role, readonly number[]>> = {
  client: [102, 10100, 10101, 10102, 10103],
  'config-tool': [103],
  allocator: [10301, 10302, 10303, 10304],
  server: [],
  web: [10301, 10302, 10303, 10304],
};
const UDP_OF: Readonly<Record<Role, readonly number[]>> = {
  client: [],
  'config-tool': [],
  allocator: [10100, 10200, 10201, 10202, 10203],
  server: [10100, 10200, 10201, 10202, 10203],
  web: [],
};

/** Every Viz World port of four instances. */
export const VIZ: Readonly<Record<Transport, readonly number[]>> = {
  tcp: [...new Set(Object.values(TCP_OF).flat())],
  udp: [...new Set(Object.values(UDP_OF).flat())],
};

/** Neighbours and strangers that no rule may touch. */
export const OTHER: Readonly<Record<Transport, readonly number[]>> = {
  tcp: [22, 80, 101, 104, 10104, 10200, 10300, 10305],
  udp: [53, 102, 10099, 10101, 10199, 10204, 10301],
};

export interface Source {
  readonly who: Role | 'outsider';
  readonly family: 'v4' | 'v6';
  readonly address: string;
}

/** An address of every role and of nobody, in both families; see `peersOf`. */
export const SOURCES: readonly Source[] = [...ROLES, 'outsider' as const].flatMap((who, index) => [
  { who, family: 'v4', address: `10.200.${index + 1}.7` },
  { who, family: 'v6', address: `fd00:200:${index + 1}::7` },
]);

/** The Viz World ports of this machine, four instances and an allocator, that the source must get in to. */
export function openTo(
  { who, family }: Source,
  combination: Readonly<Record<Role, Stated>>,
): Readonly<Record<Transport, readonly number[]>> {
  const roles = ROLES.filter((role) => {
    const stated = combination[role];
    // Not stated: clients are anywhere, everybody else is nobody from outside.
    if (stated === 'absent') return role === 'client';
    return who === role && (stated === family || stated === 'both');
  });
  return { tcp: roles.flatMap((role) => TCP_OF[role]), udp: roles.flatMap((role) => UDP_OF[role]) };
}
