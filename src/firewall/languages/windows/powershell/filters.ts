import type { CimObject, FoundObject } from './objects.ts';

/**
 * The filters of a rule, each asked by a cmdlet of its own: the properties it is known by, and those that say more of what a packet has
 * to be like, each by its names. Windows writes all of them, with `Any` or nothing where nothing is asked.
 */
export const FILTERS = {
  port: { cmdlet: 'Get-NetFirewallPortFilter', keys: ['LocalPort'], more: [['Protocol'], ['RemotePort']] },
  address: { cmdlet: 'Get-NetFirewallAddressFilter', keys: ['RemoteAddress'], more: [['LocalAddress']] },
  application: {
    ...{ cmdlet: 'Get-NetFirewallApplicationFilter', keys: ['Program', 'AppPath'], more: [['Package']] },
  },
  service: { cmdlet: 'Get-NetFirewallServiceFilter', keys: ['Service', 'ServiceName'], more: [] },
  interface: { cmdlet: 'Get-NetFirewallInterfaceFilter', keys: ['InterfaceAlias'], more: [] },
  interfaceType: { cmdlet: 'Get-NetFirewallInterfaceTypeFilter', keys: ['InterfaceType'], more: [] },
  // What else it asks goes with authentication.
  security: {
    ...{ cmdlet: 'Get-NetFirewallSecurityFilter', keys: ['Authentication'] },
    more: [['LocalUser', 'LocalUsers']],
  },
} as const satisfies Record<
  string,
  {
    readonly cmdlet: string;
    readonly keys: readonly string[];
    readonly more: readonly (readonly string[])[];
  }
>;

export type FilterKind = keyof typeof FILTERS;

export const FILTER_KINDS = Object.keys(FILTERS) as readonly FilterKind[];

export type Filters = Partial<Record<FilterKind, CimObject>> & {
  /** Kinds of which the rule has two that differ. */
  readonly twice?: readonly FilterKind[];
};

/** The filters by the rule they belong to: its ID, within its store where the file says that. */
export function filtersByRule(objects: readonly FoundObject[]): ReadonlyMap<string, Filters> {
  const found = new Map<string, Filters>();
  for (const one of objects) {
    const kind = filterKind(one.object);
    const { InstanceID: id, CreationClassName: name } = one.object;
    // Filters of IPsec rules come along.
    if (kind === null || typeof id !== 'string' || !isOfRule(name)) continue;
    const key = ruleKey(one.store, id);
    const known = found.get(key) ?? {};
    const isTwice = known[kind] !== undefined && JSON.stringify(known[kind]) !== JSON.stringify(one.object);
    const twice = isTwice ? { twice: [...(known.twice ?? []), kind] } : {};
    found.set(key, { ...known, [kind]: one.object, ...twice });
  }
  return found;
}

export function ruleKey(store: string | null, id: string): string {
  return `${store ?? ''}\0${id.toLowerCase()}`;
}

/** Null for what is no filter. */
export function filterKind(object: CimObject): FilterKind | null {
  if ('DisplayName' in object || 'NetworkCategory' in object) return null;
  return FILTER_KINDS.find((kind) => FILTERS[kind].keys.some((key) => key in object)) ?? null;
}

/** Whether a class name is that of a firewall rule, missing or damaged: one that is whole names another class (rules of IPsec). */
export function isOfRule(name: unknown): boolean {
  return typeof name !== 'string' || !/^MSFT\|FW\|(?!FirewallRule)\w+\|/i.test(name);
}
