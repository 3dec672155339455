import type { Match } from '../../model/match.ts';
import { expandMerged } from '../../model/merge-rules.ts';
import type { RuleRef } from '../../model/rule-ref.ts';
import type { Chain, Rule } from '../../model/ruleset.ts';
import type { Step } from '../../netfilter/evaluation.ts';
import type { Firewall } from '../../netfilter/machine/firewall.ts';
import { matchPacket } from '../../netfilter/matching/match-packet.ts';
import { newNotes } from '../../netfilter/matching/notes.ts';
import { intersectSources } from '../../netfilter/matching/must-may.ts';
import { refOf } from '../cases/case-condition.ts';
import { decidingStep, effectOf } from './passed-over.ts';
import type { ScenarioOfSources } from '../scenarios.ts';

/** A rule that would have decided before the one that does, and why it does not match. */
export interface NotMatched {
  readonly rule: RuleRef;
  readonly because: readonly Mismatch[];
}

/** A test that fails, a setting or profile that keeps the rule from counting, or that it is for another program than the one that listens. */
export type Mismatch =
  | { readonly kind: 'test'; readonly test: Match }
  | { readonly kind: 'setting'; readonly setting: RuleRef }
  | { readonly kind: 'profile'; readonly profiles: readonly string[] }
  | { readonly kind: 'program' };

/** Of the list that decides, where its rules have no order: the stronger rules, those with the fewest mismatches first. */
export function notMatched(firewall: Firewall, scenario: ScenarioOfSources): readonly NotMatched[] {
  const last = decidingStep(firewall, scenario);
  if (last === undefined) return [];
  const found = strongerRules(last).flatMap(({ rule, because }): readonly NotMatched[] => {
    const failing = rule.matches.filter(
      (test) => intersectSources(scenario.peers, matchPacket(test, last.packet, newNotes()).may).length === 0,
    );
    const all = [...because, ...failing.filter((test) => !isScope(test)).map(ofTest)];
    return all.length === 0 ? [] : [{ rule: refOf({ ...last, rule }), because: all }];
  });
  return found.toSorted((a, b) => a.because.length - b.because.length);
}

interface Stronger {
  readonly rule: Rule;
  readonly because: readonly Mismatch[];
}

/** Rules of the other effect that stand before it; before the default action all. */
function strongerRules({ chain, from, rule: deciding }: Step): readonly Stronger[] {
  const own = deciding === null ? null : effectOf(deciding);
  const isStronger = (rule: Rule): boolean =>
    rule.kind === undefined &&
    rule.isImplied !== true &&
    (deciding?.kind === 'policy' || effectOf(rule) !== own) &&
    effectOf(rule) !== null;
  const written = chain.rules.flatMap(expandMerged);
  const before = written.slice(
    0,
    written.findIndex((rule) => rule === deciding),
  );
  const idle = (chain.idle?.() ?? []).map(({ rule, because }): Stronger => {
    if (because.kind === 'profile')
      return { rule, because: [{ kind: 'profile', profiles: because.profiles }] };
    return { rule, because: [{ kind: 'setting', setting: refOf({ from, chain, rule: because.setting }) }] };
  });
  const others = othersOf(chain).map((rule): Stronger => ({ rule, because: [{ kind: 'program' }] }));
  return [...before.map((rule): Stronger => ({ rule, because: [] })), ...idle, ...others].filter(({ rule }) =>
    isStronger(rule),
  );
}

function othersOf({ forOthers }: Chain): readonly Rule[] {
  return forOthers?.() ?? [];
}

/** What leaves a rule to other programs, which is told in one word. */
function isScope(test: Match): boolean {
  return test.kind === 'assumed' || (test.kind === 'any' && test.of.length === 0);
}

function ofTest(test: Match): Mismatch {
  return { kind: 'test', test };
}
