import type { Address } from '../../../net/address.ts';
import { singleAddress } from '../../../net/address-set.ts';
import { ARP, CT_STATE, equals, ICMPV6, numberIn, type Match } from '../../model/match.ts';
import { HOOKS, type Chain, type Hook, type Rule, type TableFamily } from '../../model/ruleset.ts';
import type { Firewall, HookedChain } from './firewall.ts';

/** Rules that would be put before all others of a chain. */
export interface Accept {
  readonly before: {
    readonly file: string;
    readonly family: TableFamily;
    readonly table: string;
    /** The chain that netfilter calls. */
    readonly base: string;
    readonly hook: Hook;
  };
  /**
   * What they accept: all that the source sends, what belongs to open connections, what finds neighbours (ARP and neighbour discovery), or
   * everything, as the chain may after a change that nobody knows.
   */
  readonly of: 'source' | 'established' | 'neighbours' | 'everything';
}

/**
 * The firewall as it would be with such rules, to see which rule decides then.
 * @param source whose packets those for a source accept; null: nobody's
 */
export function withAccepts(
  firewall: Firewall,
  accepts: readonly Accept[],
  source: Address | null,
): Firewall {
  if (accepts.length === 0) return firewall;
  const patched = (hooked: HookedChain): HookedChain => {
    const own = accepts.filter(({ before }) => isOf(hooked, before));
    if (own.length === 0) return hooked;
    const rules = [...own.flatMap(({ of }) => rulesOf(of, source)), goOnIn(hooked.chain)];
    return { ...hooked, chain: { ...hooked.chain, rules } };
  };
  const each = (hooks: Firewall['hooks']): Firewall['hooks'] =>
    byHook((hook) => ({ 4: hooks[hook][4].map(patched), 6: hooks[hook][6].map(patched) }));
  return {
    ...firewall,
    hooks: each(firewall.hooks),
    arpHooks: each(firewall.arpHooks),
    bridgeHooks: byHook((hook) => firewall.bridgeHooks[hook].map(patched)),
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

function rulesOf(of: Accept['of'], source: Address | null): readonly Rule[] {
  return testsOf(of, source).map((matches) => ({
    ...{ line: 0, text: '', matches, effects: [{ kind: 'accept' }], isImplied: true },
  }));
}

/** What each of the rules tests. */
function testsOf(of: Accept['of'], source: Address | null): readonly (readonly Match[])[] {
  switch (of) {
    case 'source': {
      if (source === null) return [];
      const { family } = source;
      return [[{ kind: 'address', field: 'source', family, in: singleAddress(source) }]];
    }
    case 'established':
      return [[equals('ct-state', CT_STATE.established)]];
    case 'neighbours':
      return [
        [equals('family', ARP)],
        [equals('family', 6), equals('protocol', ICMPV6), numberIn('icmpv6-type', NEIGHBOUR_DISCOVERY)],
      ];
    case 'everything':
      return [[]];
  }
}

/** Solicitations and advertisements. */
const NEIGHBOUR_DISCOVERY = [135, 137];
