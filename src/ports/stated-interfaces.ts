import { formatPrefix, type Prefix } from '../net/prefix.ts';
import type { Site } from '../site/site.ts';
import type { AccessFlow } from './access-flows.ts';
import { sourcesOf } from './peers.ts';
import type { Role } from './role.ts';

/** By which interface somebody comes in (on a machine that connects: goes out): a role, a network, or (null) not said who. */
export interface StatedInterface {
  readonly who: Role | Prefix | null;
  readonly name: string;
}

/** The interface of some addresses; null where two are stated. */
export interface InterfaceOf {
  readonly from: Prefix;
  readonly name: string | null;
}

/**
 * The interfaces of the sources of a flow as far as they are stated, the narrowest prefix first, since an address is in one
 * place whatever its role. A role that nobody stated is anywhere, which places nobody but itself.
 */
export function interfacesOf(
  flow: Pick<AccessFlow, 'role' | 'host'>,
  stated: readonly StatedInterface[],
  site: Site,
): readonly InterfaceOf[] {
  const found = new Map<string, InterfaceOf & { readonly rank: number }>();
  for (const { who, name } of stated) {
    const rank = typeof who === 'string' ? (who === flow.role ? 1 : 0) : 2;
    for (const from of prefixesOf(who, flow, site)) {
      const key = formatPrefix(from);
      const known = found.get(key);
      if (known === undefined || rank > known.rank) found.set(key, { from, name, rank });
      else if (rank === known.rank && name !== known.name) found.set(key, { from, name: null, rank });
    }
  }
  return [...found.values()]
    .sort((a, b) => b.from.length - a.from.length)
    .map(({ from, name }) => ({ from, name }));
}

/**
 * The interface of everybody else. A gateway has several, so there a name without WHO speaks for no more than the one role
 * whose interface is not stated otherwise.
 */
export function interfaceOfOthers(
  role: AccessFlow['role'],
  stated: readonly StatedInterface[],
  { isGateway, roles }: { readonly isGateway: boolean; readonly roles: ReadonlySet<AccessFlow['role']> },
): string | null {
  const name = stated.find(({ who }) => who === null)?.name ?? null;
  if (!isGateway) return name;
  const open = [...roles].filter((other) => other !== 'outsider' && stated.every(({ who }) => who !== other));
  return open.length === 1 && open[0] === role ? name : null;
}

function prefixesOf(
  who: StatedInterface['who'],
  { role, host }: Pick<AccessFlow, 'role' | 'host'>,
  site: Site,
): readonly Prefix[] {
  if (who === null) return [];
  if (typeof who !== 'string') return [who];
  const isAnybody = who === 'client' && site.peers.client === null;
  return isAnybody && who !== role ? [] : sourcesOf(who, host, site);
}
