import { badRuleset } from '../place.ts';
import type { Effect } from '../effect.ts';
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

/**
 * Puts the rulesets of one machine together.
 * @throws InputError where chains call each other in a circle, which no kernel loads.
 */
export function firewall(rulesets: readonly Ruleset[]): Firewall {
  const tables = rulesets.flatMap((ruleset) => ruleset.tables).filter((table) => !table.isDormant);
  for (const table of tables) refuseCircles(table);
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

/** Depth first from the base chains, without recursion: chains may call each other a hundred thousand levels deep. */
function refuseCircles({ chains, file }: Table): void {
  const done = new Set<Chain>();
  for (const start of chains.values()) {
    if (start.base === null || done.has(start)) continue;
    const open = new Set<Chain>([start]);
    const path = [{ chain: start, calls: callsOf(start, chains) }];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const call = top.calls.pop();
      if (call === undefined) {
        open.delete(top.chain);
        done.add(top.chain);
        path.pop();
      } else if (open.has(call.to)) {
        const message = `chain "${call.to.name}" calls itself through "${top.chain.name}"`;
        throw badRuleset(
          { file, line: call.line },
          message,
          undefined,
          'remove the circle: no kernel loads it',
        );
      } else if (!done.has(call.to)) {
        open.add(call.to);
        path.push({ chain: call.to, calls: callsOf(call.to, chains) });
      }
    }
  }
}

interface Call {
  readonly line: number;
  readonly to: Chain;
}

function callsOf({ rules }: Chain, chains: ReadonlyMap<string, Chain>): Call[] {
  const calls = new Map<Chain, Call>();
  for (const { line, effects } of rules) {
    for (const name of effects.flatMap(chainNames)) {
      const to = chains.get(name);
      if (to !== undefined && !calls.has(to)) calls.set(to, { line, to });
    }
  }
  return [...calls.values()];
}

function chainNames(effect: Effect): readonly string[] {
  if (effect.kind === 'jump' || effect.kind === 'goto') return [effect.chain];
  return effect.kind === 'choose' ? effect.cases.flatMap((branch) => branch.effects.flatMap(chainNames)) : [];
}
