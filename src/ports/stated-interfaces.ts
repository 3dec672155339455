import { InputError } from '../input-error.ts';
import { formatPrefix, prefixContains, type Prefix } from '../net/prefix.ts';
import type { Host, Site } from '../deployment/site.ts';
import type { AccessFlow } from './access-flows.ts';
import { sourcesOf } from './peers.ts';

/**
 * By which interface somebody comes in (on a machine that connects: goes out): a role, whoever must not get in, a network, or
 * (null) not said who.
 */
export interface StatedInterface {
  readonly who: AccessFlow['role'] | Prefix | null;
  readonly name: string;
}

/** The role or network as written before the `=` of `--interface`; null where nobody said who. */
export function whoText(who: StatedInterface['who']): string | null {
  return who === null || typeof who === 'string' ? who : formatPrefix(who);
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

/** The interface towards a host, by the networks it is in; null where none or two are stated. */
export function interfaceTowards(
  { addresses }: Pick<Host, 'addresses'>,
  stated: readonly StatedInterface[],
): string | null {
  const names = new Set(
    addresses.map((address) => {
      const around = stated
        .flatMap(({ who, name }) => (who === null || typeof who === 'string' ? [] : [{ who, name }]))
        .filter(({ who }) => prefixContains(who, address))
        .sort((a, b) => b.who.length - a.who.length);
      const [first] = around;
      const same = around.filter(({ who }) => who.length === first?.who.length);
      return same.every(({ name }) => name === first?.name) ? (first?.name ?? null) : null;
    }),
  );
  const [only = null] = names;
  return names.size === 1 ? only : null;
}

/** Null where it is not stated. */
export function interfaceOfOthers(
  role: AccessFlow['role'],
  stated: readonly StatedInterface[],
): string | null {
  const own = role === 'outsider' ? stated.find(({ who }) => who === role) : undefined;
  return (own ?? stated.find(({ who }) => who === null))?.name ?? null;
}

/** Who must get in comes by the interface that is named for everybody; who must not may come by any, unless theirs is stated. */
export function mayComeByAny(role: AccessFlow['role'], stated: readonly StatedInterface[]): boolean {
  return role === 'outsider' && stated.every(({ who }) => who !== role);
}

/**
 * What the statements say on a gateway. It has several interfaces, so there a name without WHO is that of the one role whose
 * interface is not stated otherwise.
 * @throws InputError where it could be that of several roles, or of none
 */
export function statedOnGateway(
  stated: readonly StatedInterface[],
  roles: ReadonlySet<AccessFlow['role']>,
): readonly StatedInterface[] {
  const open = [...roles].filter((role) => role !== 'outsider' && stated.every(({ who }) => who !== role));
  const [only] = open;
  return stated.map(({ who, name }) => {
    if (who !== null) return { who, name };
    if (only === undefined || open.length > 1) throw bareOnGateway(name, open);
    return { who: only, name };
  });
}

function bareOnGateway(name: string, open: readonly AccessFlow['role'][]): InputError {
  return new InputError({
    code: 'bad-interface',
    message: `--interface: "${name}" does not say who enters by it, and a gateway has several interfaces`,
    value: name,
    fix: `state who, for example --interface ${open[0] ?? '10.30.0.0/16'}=${name}`,
  });
}

function prefixesOf(
  who: StatedInterface['who'],
  { role, host }: Pick<AccessFlow, 'role' | 'host'>,
  site: Site,
): readonly Prefix[] {
  if (who === null) return [];
  if (typeof who !== 'string') return [who];
  if (who === 'outsider') return [];
  const isAnybody = who === 'client' && site.peers.client === null;
  return isAnybody && who !== role ? [] : sourcesOf(who, host, site);
}
