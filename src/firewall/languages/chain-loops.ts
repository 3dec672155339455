import { badRuleset, type SourceLocation } from '../model/source-location.ts';
import type { Effect } from '../model/action.ts';
import type { Chain, Rule, Table } from '../model/ruleset.ts';

/**
 * Depth first from the base chains, without recursion: chains may call each other a hundred thousand levels deep.
 * @throws InputError where chains call each other in a circle, which no kernel loads
 */
export function refuseChainLoops(
  { chains, isDormant }: Table,
  placeOf: (call: Call) => SourceLocation,
): void {
  if (isDormant) return;
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
        throw badRuleset(
          placeOf(call),
          `chain loop ${[...path.map(({ chain }) => chain.name).slice(path.findIndex(({ chain }) => chain === call.to)), call.to.name].map((name) => `"${name}"`).join(' → ')}`,
          undefined,
          'remove one of the jumps: the kernel rejects a chain loop',
        );
      } else if (!done.has(call.to)) {
        open.add(call.to);
        path.push({ chain: call.to, calls: callsOf(call.to, chains) });
      }
    }
  }
}

/** A rule that calls a chain, and which one it is in its own. */
export interface Call {
  readonly from: Chain;
  readonly rule: Rule;
  readonly index: number;
  readonly to: Chain;
}

function callsOf(from: Chain, chains: ReadonlyMap<string, Chain>): Call[] {
  const calls = new Map<Chain, Call>();
  from.rules.forEach((rule, index) => {
    if (!rule.effects.some(mayCall)) return;
    for (const name of rule.effects.flatMap(chainNames)) {
      const to = chains.get(name);
      if (to !== undefined && !calls.has(to)) calls.set(to, { from, rule, index, to });
    }
  });
  return [...calls.values()];
}

function mayCall({ kind }: Effect): boolean {
  return kind === 'jump' || kind === 'goto' || kind === 'choose';
}

function chainNames(effect: Effect): readonly string[] {
  if (effect.kind === 'jump' || effect.kind === 'goto') return [effect.chain];
  return effect.kind === 'choose' ? effect.cases.flatMap((branch) => branch.effects.flatMap(chainNames)) : [];
}
