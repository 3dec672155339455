import type { Match, UnknownMatch } from '../../model/match.ts';
import type { Reason } from '../../model/reason.ts';
import type { Rule } from '../../model/ruleset.ts';
import type { Phase } from '../../netfilter/packet.ts';
import type { Dimension } from '../../model/dimension.ts';
import type { RuleRef } from '../../model/rule-ref.ts';
import type { Opening } from '../../netfilter/scenario.ts';
import type { PlaceOfTest } from '../../netfilter/matching/notes.ts';
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
      /** The packet that it is about; left out for the one that opens the connection, which others may be like. */
      readonly packet?: Exclude<Phase, 'first'> | undefined;
      /** Whether the rule then matches that packet, as far as the test alone tells; left out where it does not. */
      readonly ruleMatches?: boolean | undefined;
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
      const { kind, dimension, text, reason, holds, isPlain, phase, place } = condition;
      const ruleMatches = place === null ? null : matchesWith(place.rule, text, holds);
      return {
        ...{ kind, dimension, text, reason, holds, isPlain },
        ...(phase === 'first' ? {} : { packet: phase }),
        ...(ruleMatches === null ? {} : { ruleMatches }),
        rule: place === null ? null : refOf(place),
      };
    }
    case 'profile':
      return { kind: 'profile', names: [condition.name] };
    case 'source-port':
    case 'opening':
      return condition;
  }
}

/** Whether a rule matches where that test of it comes out so; null where another one that is as open decides too. */
function matchesWith({ matches }: Rule, text: string, holds: boolean): boolean | null {
  const open = matches.filter(isOpen);
  const own = open.find((match) => testOf(match)?.text === text);
  if (own === undefined) return null;
  const comesOut = own.kind === 'not' ? !holds : holds;
  return comesOut && open.length > 1 ? null : comesOut;
}

function isOpen(match: Match): boolean {
  switch (match.kind) {
    case 'unknown':
      return true;
    case 'not':
      return isOpen(match.of);
    case 'all':
    case 'any':
      return match.of.some(isOpen);
    default:
      return false;
  }
}

/** The test that is all of it, or that it negates; null where it has several. */
function testOf(match: Match): UnknownMatch | null {
  const of = match.kind === 'not' ? match.of : match;
  return of.kind === 'unknown' ? of : null;
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
