import type { Vantage } from '../../model/question.ts';
import { CONNTRACK_PRIORITY, type BaseChain, type Ruleset, type Table } from '../../model/ruleset.ts';

const HOOKS: readonly Vantage[] = ['input', 'forward', 'output'];

/**
 * The hooks that the rulesets of a machine speak for: those on which one of them has a chain that filters. iptables' table filter
 * speaks for all three, also where nft lists it, which shows only the chains that were used. What nft lists is the whole ruleset,
 * so where it has no such chain at all, nothing is filtered on any hook. iptables-save without its table filter says nothing.
 */
export function spokenHooks(rulesets: readonly Ruleset[]): readonly Vantage[] {
  const tables = rulesets.flatMap((ruleset) =>
    ruleset.tables.filter((table) => !table.isDormant && mayFilter(ruleset, table)),
  );
  if (tables.some(isFilterOfIptables)) return HOOKS;
  const found = HOOKS.filter((hook) =>
    tables.flatMap(baseChains).some((base) => base.hook === hook && filters(base)),
  );
  return found.length === 0 && !rulesets.every(isIptables) ? HOOKS : found;
}

/** Chains before connection tracking take packets out of it, mostly. */
function filters({ type, priority }: BaseChain): boolean {
  return type !== 'nat' && priority > CONNTRACK_PRIORITY;
}

function mayFilter(ruleset: Ruleset, { family, name }: Table): boolean {
  if (isIptables(ruleset)) return name === 'filter';
  return family === 'ip' || family === 'ip6' || family === 'inet';
}

function isIptables({ dialect }: Ruleset): boolean {
  return dialect.endsWith('tables');
}

function isFilterOfIptables({ family, name, chains }: Table): boolean {
  if (name !== 'filter' || (family !== 'ip' && family !== 'ip6')) return false;
  return HOOKS.some((hook) => chains.get(hook.toUpperCase())?.base?.hook === hook);
}

function baseChains({ chains }: Table): readonly BaseChain[] {
  return [...chains.values()].flatMap(({ base }) => (base === null ? [] : [base]));
}
