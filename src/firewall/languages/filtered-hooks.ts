import { FILTER_HOOKS, type FilterHook } from '../model/question.ts';
import { CONNTRACK_PRIORITY, type BaseChain, type Table } from '../model/ruleset.ts';

/**
 * The hooks an iptables-save speaks for: those of its table filter, all three even where nft lists only the chains that were
 * used. Without that table it says nothing, but what the tool itself wrote lists every table there is: null where none filters.
 */
export function hooksOfSave(tables: readonly Table[], isOfTool: boolean): readonly FilterHook[] | null {
  if (isOfTool && tables.every(({ name }) => name !== 'filter')) return null;
  const filters = tables.filter(({ name, isDormant }) => name === 'filter' && !isDormant);
  return filters.some(isFilterOfIptables) ? FILTER_HOOKS : hooksFilteredBy(filters);
}

/** The hooks a listing of nft speaks for. It is the whole ruleset: null where it filters on none of them. */
export function hooksOfListing(tables: readonly Table[]): readonly FilterHook[] | null {
  const seeingIp = tables.filter(({ family, isDormant }) => IP_FAMILIES.has(family) && !isDormant);
  if (seeingIp.some(isFilterOfIptables)) return FILTER_HOOKS;
  const found = hooksFilteredBy(seeingIp);
  return found.length === 0 ? null : found;
}

const IP_FAMILIES: ReadonlySet<Table['family']> = new Set(['ip', 'ip6', 'inet']);

function hooksFilteredBy(tables: readonly Table[]): readonly FilterHook[] {
  const chains = tables.flatMap(baseChains);
  return FILTER_HOOKS.filter((hook) => chains.some((base) => base.hook === hook && filters(base)));
}

/** Chains before connection tracking take packets out of it, mostly. */
function filters({ type, priority }: BaseChain): boolean {
  return type !== 'nat' && priority > CONNTRACK_PRIORITY;
}

function isFilterOfIptables({ family, name, chains }: Table): boolean {
  if (name !== 'filter' || (family !== 'ip' && family !== 'ip6')) return false;
  return FILTER_HOOKS.some((hook) => chains.get(hook.toUpperCase())?.base?.hook === hook);
}

function baseChains({ chains }: Table): readonly BaseChain[] {
  return [...chains.values()].flatMap(({ base }) => (base === null ? [] : [base]));
}
