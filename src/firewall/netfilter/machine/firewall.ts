import { groupBy } from '../../../group-by.ts';
import { gapTables } from './gap-tables.ts';
import {
  EMPTY_FILE,
  HOOKS,
  PRIORITY,
  type Backend,
  type BaseChain,
  type Chain,
  type Hook,
  type Ruleset,
  type Table,
} from '../../model/ruleset.ts';
import type { Family } from '../../../net/address.ts';
import type { Effect } from '../../model/action.ts';
import { joinRules, mergedCount } from '../../model/merge-rules.ts';
import { spokenHooks } from './spoken-hooks.ts';
import type { FilterHook } from '../../model/question.ts';
import type { RuleRef } from '../../model/rule-ref.ts';
import type { Links } from './links.ts';

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
  /** The same for ARP, which stands under IPv4: few tables see it. */
  readonly arpHooks: Firewall['hooks'];
  /** Chains that see the frames a bridge passes, whatever is in them. */
  readonly bridgeHooks: Readonly<Record<Hook, readonly HookedChain[]>>;
  /** Null where nobody collected what interfaces the machine has. */
  readonly links: Links | null;
  /** The families at least one ruleset speaks for. */
  readonly families: readonly Family[];
  /** The hooks at least one ruleset speaks for. */
  readonly spokenHooks: readonly FilterHook[];
  /** What loads each file. */
  readonly backends: ReadonlyMap<string, Backend>;
  readonly ruleCount: number;
  /** Those that are hooked somewhere or serve one that is; dormant ones are left out. */
  readonly tables: readonly FirewallTable[];
  /** Active rules of a hook that are for other programs than the one that listens. */
  readonly setAside: (hook: FilterHook) => readonly RuleRef[];
  /** Network profiles in which rules made on the computer itself do not count. */
  readonly withoutLocalRules: readonly string[];
  /** Files without a byte in them: what they were to contain is not known. */
  readonly emptyFiles: readonly string[];
  /** What was taken for granted when the files were read, for questions of each family. */
  readonly assumptions: Readonly<Record<Family, readonly string[]>>;
  /** Those of them that an ordinary machine may make false. */
  readonly unstated: readonly string[];
  /** The same with its tables the other way round, where listings cannot tell whose chains run first and it may matter. */
  readonly otherOrder: Firewall | null;
}

/** A family no ruleset speaks for, and the files that may have been meant to. */
export interface Unspoken {
  readonly family: Family;
  readonly emptyFiles: readonly string[];
}

/** Null where a ruleset speaks for the family. */
export function unspokenIn({ families, emptyFiles }: Firewall, family: Family): Unspoken | null {
  return families.includes(family) ? null : { family, emptyFiles };
}

/** Puts the rulesets of one machine together. */
export function firewall(rulesets: readonly Ruleset[], links: Links | null = null): Firewall {
  const joined = rulesets.map(({ tables, ...ruleset }) => ({
    ...ruleset,
    tables: tables.map(withJoinedRules),
  }));
  const asGiven = inOrderGiven(joined, links);
  if (!isOrderOpen(asGiven)) return asGiven;
  const turned = joined
    .toReversed()
    .map(({ tables, ...ruleset }) => ({ ...ruleset, tables: tables.toReversed() }));
  return { ...asGiven, otherOrder: inOrderGiven(turned, links) };
}

function withJoinedRules({ chains, ...table }: Table): Table {
  const joined = Array.from(
    chains,
    ([name, chain]) => [name, { ...chain, rules: joinRules(chain.rules) }] as const,
  );
  return { ...table, chains: new Map(joined) };
}

function inOrderGiven(rulesets: readonly Ruleset[], links: Links | null): Firewall {
  const tables = rulesets
    .flatMap((ruleset) => [...ruleset.tables, ...gapTables(ruleset.gaps ?? [])])
    .filter((table) => !table.isDormant);
  const chains = tables.flatMap((table) =>
    [...table.chains.values()].flatMap((chain) =>
      chain.base === null ? [] : [{ table, chain, base: chain.base }],
    ),
  );
  const onHook = (hook: Hook, isSeen: (table: Table) => boolean): readonly HookedChain[] =>
    chains
      .filter(({ table, base }) => base.hook === hook && isSeen(table))
      .sort(inOrder(chains.filter(({ table }) => isSeen(table))));
  const hooksOf = <T>(find: (hook: Hook) => T): Readonly<Record<Hook, T>> =>
    Object.fromEntries(HOOKS.map((hook) => [hook, find(hook)])) as Record<Hook, T>;
  return {
    hooks: hooksOf((hook) => ({
      4: onHook(hook, (table) => sees(table, 4)),
      6: onHook(hook, (table) => sees(table, 6)),
    })),
    arpHooks: hooksOf((hook) => ({ 4: onHook(hook, seesArp), 6: [] })),
    bridgeHooks: hooksOf((hook) => onHook(hook, ({ family }) => family === 'bridge')),
    links,
    families: ([4, 6] as const).filter((family) =>
      rulesets.some((ruleset) => ruleset.families.includes(family)),
    ),
    spokenHooks: spokenHooks(rulesets),
    backends: new Map(
      rulesets.flatMap(({ file, backend }) => (backend === null ? [] : [[file, backend] as const])),
    ),
    ruleCount: tables.reduce((sum, table) => sum + ruleCount(table), 0),
    tables,
    setAside: (hook) => rulesets.flatMap(({ setAside }) => setAside?.(hook) ?? []),
    withoutLocalRules: rulesets.flatMap(({ withoutLocalRules = [] }) => withoutLocalRules),
    emptyFiles: rulesets.filter(({ dialect }) => dialect === EMPTY_FILE).map(({ file }) => file),
    assumptions: { 4: assumed(rulesets, 4), 6: assumed(rulesets, 6) },
    unstated: unstatedIn(rulesets),
    otherOrder: null,
  };
}

function unstatedIn(rulesets: readonly Ruleset[]): readonly string[] {
  const all = rulesets.flatMap(({ assumptions = [] }) => assumptions);
  return [...new Set(all.flatMap(({ text, isUnstated }) => (isUnstated === true ? [text] : [])))];
}

function assumed(rulesets: readonly Ruleset[], family: Family): readonly string[] {
  return rulesets
    .flatMap(({ assumptions = [] }) => assumptions)
    .filter((one) => one.family === family)
    .map(({ text }) => text);
}

/**
 * Chains of one priority but of two tables run in the order in which they were hooked, which no listing shows: the first to translate
 * wins, and marks reach only who comes later.
 */
function isOrderOpen({ hooks, bridgeHooks }: Firewall): boolean {
  const changes = new Map<FirewallTable, boolean>();
  const leavesTrace = ({ table, base }: HookedChain): boolean => {
    const known = changes.get(table) ?? changesPackets(table);
    changes.set(table, known);
    return base.type === 'nat' || known;
  };
  const isOpen = (chains: readonly HookedChain[]): boolean =>
    new Set(chains.map(({ table }) => table)).size > 1 && chains.some(leavesTrace);
  const lists = [...Object.values(hooks).flatMap((of) => [of[4], of[6]]), ...Object.values(bridgeHooks)];
  return lists.some((chains) => groupBy(chains, ({ base }) => `${calledAt(base)}`).some(isOpen));
}

/** Not what a chain lets through or drops: that comes to the same in any order. */
function changesPackets({ chains }: FirewallTable): boolean {
  const changes = (effect: Effect): boolean =>
    effect.kind === 'choose'
      ? effect.cases.some(({ effects }) => effects.some(changes))
      : ['assign', 'untrack', 'queue', 'unknown'].includes(effect.kind);
  return [...chains.values()].some(({ rules }) => rules.some(({ effects }) => effects.some(changes)));
}

/**
 * Lower priorities first; of equal ones the kernel calls the one that was hooked last first (nf_hook_entries_grow). NAT
 * chains all run where the kernel's own NAT is hooked, which the first of them did, and among themselves in that same order.
 */
function inOrder(chains: readonly HookedChain[]): (a: HookedChain, b: HookedChain) => number {
  const age = new Map(chains.map((chain, index) => [chain, index]));
  const firstNat = chains.findIndex(({ base }) => base.type === 'nat');
  const hooked = (chain: HookedChain): number =>
    chain.base.type === 'nat' ? firstNat : (age.get(chain) ?? 0);
  return (a, b) =>
    calledAt(a.base) - calledAt(b.base) ||
    hooked(b) - hooked(a) ||
    a.base.priority - b.base.priority ||
    (age.get(b) ?? 0) - (age.get(a) ?? 0);
}

function calledAt({ type, hook, priority }: BaseChain): number {
  if (type !== 'nat') return priority;
  return hook === 'prerouting' || hook === 'output' ? PRIORITY.dstnat : PRIORITY.srcnat;
}

/** As many as the files have. */
function ruleCount({ chains }: Table): number {
  let count = 0;
  for (const { rules } of chains.values()) for (const rule of rules) count += mergedCount(rule);
  return count;
}

/** An inet table sees IP alone, even on its hook ingress. */
function seesArp({ family }: Table): boolean {
  return family === 'arp' || family === 'netdev';
}

/** ARP is no IP packet, and a bridge has hooks of its own; netdev tables see frames of either family. */
function sees({ family: table }: Table, family: Family): boolean {
  return table !== 'arp' && table !== 'bridge' && table !== (family === 4 ? 'ip6' : 'ip');
}
