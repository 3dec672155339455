import type { Address } from '../../../net/address.ts';
import { singleAddress } from '../../../net/address-set.ts';
import { CT_STATE, numberIn, type Match } from '../../model/match.ts';
import { HOOKS, type Chain, type Hook, type Rule, type TableFamily } from '../../model/ruleset.ts';
import type { Firewall, HookedChain } from './firewall.ts';

/** A rule that would be put before all others of a chain: it accepts what the source sends, or what belongs to open connections. */
export interface Accept {
  readonly before: {
    readonly file: string;
    readonly family: TableFamily;
    readonly table: string;
    /** The chain that netfilter calls. */
    readonly base: string;
    readonly hook: Hook;
  };
  readonly of: 'source' | 'established';
}

/** The firewall as it would be with such rules for one source, to see which rule decides then. */
export function withAccepts(firewall: Firewall, accepts: readonly Accept[], source: Address): Firewall {
  if (accepts.length === 0) return firewall;
  const patched = (hooked: HookedChain): HookedChain => {
    const own = accepts.filter(({ before }) => isOf(hooked, before));
    if (own.length === 0) return hooked;
    const rules = [...own.map((one) => ruleOf(one, source)), goOnIn(hooked.chain)];
    return { ...hooked, chain: { ...hooked.chain, rules } };
  };
  const each = (hooks: Firewall['hooks']): Firewall['hooks'] =>
    byHook((hook) => ({ 4: hooks[hook][4].map(patched), 6: hooks[hook][6].map(patched) }));
  return {
    ...firewall,
    hooks: each(firewall.hooks),
    otherOrder: firewall.otherOrder === null ? null : withAccepts(firewall.otherOrder, accepts, source),
  };
}

function byHook<Found>(find: (hook: Hook) => Found): Readonly<Record<Hook, Found>> {
  return Object.fromEntries(HOOKS.map((hook) => [hook, find(hook)])) as Record<Hook, Found>;
}

function isOf({ table, chain, base }: HookedChain, before: Accept['before']): boolean {
  return (
    table.file === before.file &&
    table.family === before.family &&
    table.name === before.table &&
    chain.name === before.base &&
    base.hook === before.hook
  );
}

/** The chain as it is in its table, whose rules may be many: what is known of them stays known. */
function goOnIn({ name, line }: Chain): Rule {
  return { line, text: '', matches: [], effects: [{ kind: 'goto', chain: name }], isImplied: true };
}

function ruleOf({ of }: Accept, { family, value }: Address): Rule {
  const match: Match =
    of === 'source'
      ? { kind: 'address', field: 'source', family, in: singleAddress({ family, value }) }
      : numberIn('ct-state', [CT_STATE.established, CT_STATE.established + 1]);
  return { line: 0, text: '', matches: [match], effects: [{ kind: 'accept' }], isImplied: true };
}
