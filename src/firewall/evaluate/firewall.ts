import { HOOKS, type BaseChain, type Chain, type Hook, type Ruleset, type Table } from '../ruleset.ts';
import type { Family } from '../../net/address.ts';

export type FirewallTable = Table;

/** A chain where netfilter calls it. */
export interface HookedChain {
  readonly table: FirewallTable;
  readonly chain: Chain;
  readonly base: BaseChain;
}

/** Every ruleset of one machine, as its hooks run them. */
export interface Firewall {
  /** Chains of each hook and family in the order they run. */
  readonly hooks: Readonly<Record<Hook, Readonly<Record<Family, readonly HookedChain[]>>>>;
  /** The families at least one ruleset speaks for. */
  readonly families: readonly Family[];
  readonly ruleCount: number;
  /** Those that are hooked somewhere or serve one that is; dormant ones are left out. */
  readonly tables: readonly FirewallTable[];
}

/** Puts the rulesets of one machine together. */
export function firewall(rulesets: readonly Ruleset[]): Firewall {
  const tables = rulesets.flatMap((ruleset) => ruleset.tables).filter((table) => !table.isDormant);
  const chains = tables.flatMap((table) =>
    [...table.chains.values()].flatMap((chain) =>
      chain.base === null ? [] : [{ table, chain, base: chain.base }],
    ),
  );
  const onHook = (hook: Hook, family: Family): readonly HookedChain[] =>
    chains
      .filter(({ table, base }) => base.hook === hook && sees(table, family))
      .sort((a, b) => a.base.priority - b.base.priority);
  return {
    hooks: Object.fromEntries(
      HOOKS.map((hook) => [hook, { 4: onHook(hook, 4), 6: onHook(hook, 6) }]),
    ) as Firewall['hooks'],
    families: ([4, 6] as const).filter((family) =>
      rulesets.some((ruleset) => ruleset.families.includes(family)),
    ),
    ruleCount: tables.reduce((sum, table) => sum + ruleCount(table), 0),
    tables,
  };
}

function ruleCount({ chains }: Table): number {
  return [...chains.values()].reduce((sum, { rules }) => sum + rules.length, 0);
}

/** ARP is no IP packet; bridge and netdev tables see frames of either family. */
function sees({ family: table }: Table, family: Family): boolean {
  return table !== 'arp' && table !== (family === 4 ? 'ip6' : 'ip');
}
