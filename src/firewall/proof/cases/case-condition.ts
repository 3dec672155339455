import type { Reason } from '../../model/reason.ts';
import type { Dimension } from '../../model/dimension.ts';
import type { RuleRef } from '../../model/rule-ref.ts';
import type { Opening } from '../../netfilter/scenario.ts';
import type { PlaceOfTest } from '../../netfilter/matching/match-packet.ts';
import type { Condition } from './split-case.ts';

/** What holds in a case of an answer, as plain data. */
export type CaseCondition =
  | {
      readonly kind: 'interface';
      readonly way: 'in' | 'out';
      /** Empty for every interface but those of `except`. */
      readonly names: readonly string[];
      /** None where `names` has some. */
      readonly except: readonly string[];
    }
  | { readonly kind: 'source-port'; readonly from: number; readonly to: number }
  | { readonly kind: 'opening'; readonly opening: Opening }
  /** The network profile of the interface (Windows). */
  | { readonly kind: 'profile'; readonly names: readonly ('domain' | 'private' | 'public')[] }
  | {
      readonly kind: 'test';
      readonly dimension: Dimension;
      /** As the ruleset wrote it. */
      readonly text: string;
      /** What it depends on. */
      readonly reason?: Reason | undefined;
      readonly holds: boolean;
      readonly isPlain: boolean | null;
      /** The rule with the test. */
      readonly rule: RuleRef | null;
    };

export function caseCondition(condition: Condition): CaseCondition {
  switch (condition.kind) {
    case 'interface': {
      const { kind, way, name, others } = condition;
      return name === null
        ? { kind, way, names: [], except: others }
        : { kind, way, names: [name], except: [] };
    }
    case 'test': {
      const { kind, dimension, text, reason, holds, isPlain, place } = condition;
      return { kind, dimension, text, reason, holds, isPlain, rule: place === null ? null : refOf(place) };
    }
    case 'profile':
      return { kind: 'profile', names: [condition.name] };
    case 'source-port':
    case 'opening':
      return condition;
  }
}

/** The rule of a chain as data. */
export function refOf({ from: { table }, chain, rule }: PlaceOfTest): RuleRef {
  return {
    kind: rule.kind ?? 'rule',
    file: rule.source?.file ?? table.file,
    line: rule.line,
    family: table.family,
    table: rule.source?.table ?? table.name,
    chain: chain.name,
    handle: rule.handle ?? null,
    text: rule.text,
    ...(rule.title === undefined ? {} : { title: rule.title }),
  };
}
