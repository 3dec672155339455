import type { InputError } from '../../../../input-error.ts';
import type { Family } from '../../../../net/address.ts';
import type { Effect } from '../../../model/action.ts';
import type { Match } from '../../../model/match.ts';
import type { NamedSets } from '../ipset/parse-ipset.ts';

/** What the words of one rule are read in. */
export interface RuleContext {
  readonly family: Family;
  readonly table: string;
  readonly chain: string;
  /** Whether the table has a chain of that name by now. */
  isChain(name: string): boolean;
  /** The sets of an `ipset save` given beside the rules. */
  readonly sets: NamedSets;
  /** The error to throw for the word being read. */
  fail(message: string, value: string | undefined, fix: string): InputError;
}

/** One option of a match module. */
export interface MatchOption {
  /** How many words follow it. */
  readonly values: number;
  /** What it tests, before a leading `!` is applied; null for an option that only shapes another one, undefined when it is only read. */
  readonly match: ((values: readonly string[], context: RuleContext) => Match | undefined) | null;
  /** The tools take no `!` with it. */
  readonly isNeverNegated?: true;
  /** Of options with one slot a rule has one; an option without is a slot of its own. */
  readonly slot?: string;
  /** A rule may have it more than once. */
  readonly mayRepeat?: true;
}

/** One `-m NAME`: all its options hold together. */
export interface MatchModule {
  readonly options: Readonly<Record<string, MatchOption>>;
  /** What the module tests besides its options one by one, told the words that were given. */
  readonly implies?: (given: ReadonlySet<string>, text: string, context: RuleContext) => readonly Match[];
}

/** An option as it was written. */
export interface GivenOption {
  readonly name: string;
  readonly values: readonly string[];
}

/** One `-j NAME`. */
export interface Target {
  /** Option name → how many words follow it. */
  readonly options: Readonly<Record<string, number>>;
  readonly effects: (given: readonly GivenOption[], context: RuleContext) => readonly Effect[];
}
