import type { Effect } from '../../model/action.ts';
import type { RuleRef } from '../../model/rule-ref.ts';
import { expandMerged } from '../../model/merge-rules.ts';
import type { IdleRule, Rule } from '../../model/ruleset.ts';
import type { Step } from '../../netfilter/evaluation.ts';
import type { Firewall } from '../../netfilter/machine/firewall.ts';
import { isNone, type Bounds } from '../../netfilter/matching/must-may.ts';
import { matchAll } from '../../netfilter/matching/match-packet.ts';
import { newNotes } from '../../netfilter/matching/notes.ts';
import { isWithin } from '../../../net/interval-set.ts';
import type { ScenarioOfSources } from '../scenarios.ts';
import { walk } from '../solve.ts';
import { refOf } from '../cases/case-condition.ts';

/** A rule that the packet fits and that does not decide, in a list whose rules have no order of their own. */
export interface PassedOver {
  readonly rule: RuleRef;
  readonly effect: 'accept' | 'drop';
  /** Every packet asked about surely fits it. */
  readonly isSure: boolean;
  /** `precedence`: the rule that decides is of the stronger kind. */
  readonly by:
    | { readonly kind: 'precedence' }
    | { readonly kind: 'setting'; readonly setting: RuleRef }
    | { readonly kind: 'profile'; readonly profiles: readonly string[]; readonly here: string };
}

/** Whether a firewall has lists whose rules have no order. */
export function hasUnorderedLists({ tables }: Firewall): boolean {
  return tables.some(({ chains }) => [...chains.values()].some(({ isUnordered }) => isUnordered === true));
}

/** Where a list without an order decides about the request. */
export function decidingStep(
  firewall: Firewall,
  { case: asked, peers }: ScenarioOfSources,
): Step | undefined {
  const decided: Step[] = [];
  walk(firewall, asked, peers, (step) => {
    const isRequest = step.packet.direction === 'request' && step.neighbour === undefined;
    if (isRequest && step.chain.isUnordered === true && decides(step)) decided.push(step);
  });
  return decided.at(-1);
}

/** The rules that the request would meet in its list besides the one that decides. */
export function passedOver(firewall: Firewall, scenario: ScenarioOfSources): readonly PassedOver[] {
  const { peers } = scenario;
  const last = decidingStep(firewall, scenario);
  if (last === undefined) return [];
  const { chain, from, packet } = last;
  const fits = (rule: Rule): Bounds => matchAll(rule.matches, packet, newNotes());
  const passed = (rule: Rule, by: PassedOver['by']): readonly PassedOver[] => {
    const effect = effectOf(rule);
    const bounds = fits(rule);
    if (effect === null || isNone(bounds)) return [];
    const isSure = bounds.must === 'all' || isWithin(peers, bounds.must);
    return [{ rule: refOf({ from, chain, rule }), effect, isSure, by }];
  };
  const written = chain.rules.flatMap(expandMerged);
  const later = written.slice(written.findIndex((rule) => rule === last.rule) + 1);
  return [
    ...later.filter(({ kind }) => kind === undefined).flatMap((rule) => passed(rule, { kind: 'precedence' })),
    ...(chain.idle?.() ?? []).flatMap((one) => passed(one.rule, because(one, { from, chain }))),
  ];
}

function because(
  { because: why }: IdleRule,
  { from, chain }: Pick<Step, 'from' | 'chain'>,
): PassedOver['by'] {
  if (why.kind === 'profile') return why;
  return { kind: 'setting', setting: refOf({ from, chain, rule: why.setting }) };
}

function decides({ rule }: Step): boolean {
  return rule !== null && effectOf(rule) !== null;
}

/** Null for a rule that decides nothing, or not surely. */
export function effectOf({ effects: [effect] }: Rule): PassedOver['effect'] | null {
  return effect === undefined ? null : (ENDS[effect.kind] ?? null);
}

const ENDS: Readonly<Partial<Record<Effect['kind'], PassedOver['effect']>>> = {
  accept: 'accept',
  drop: 'drop',
  reject: 'drop',
};
