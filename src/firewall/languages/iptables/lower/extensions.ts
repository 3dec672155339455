import type { Effect } from '../../../model/action.ts';
import type { AddsMatch, Match } from '../../../model/match.ts';
import type { Grammar, OptionGrammar, OptionGrammars } from '../syntax/grammar.ts';
import type { ModuleSyntax, OptionSyntax } from '../syntax/syntax.ts';
import type { RuleContext } from './context.ts';

/** One option of a match module: how it is written, and what it tests. */
export interface MatchOption extends OptionGrammar {
  /**
   * What it tests, before a `!` is applied; left out for an option that only shapes another one, `undefined` where it is only
   * checked.
   */
  readonly lower?: (values: readonly string[], context: RuleContext) => Match | undefined;
}

/** One `-m NAME`: all its options must hold together. */
export interface MatchModule {
  readonly options: Readonly<Record<string, MatchOption>>;
  /** What the module tests besides its options one by one. */
  readonly lower?: (module: ModuleSyntax, context: RuleContext) => readonly Match[];
}

/** One `-j NAME`. */
export interface Target {
  readonly options: OptionGrammars;
  readonly lower: (options: readonly OptionSyntax[], context: RuleContext) => readonly Effect[];
  /** The lists that it puts the packet on. */
  readonly adds?: (options: readonly OptionSyntax[], context: RuleContext) => readonly AddsMatch[];
}

/** The match modules and targets that this program knows, handed to the parser and to the lowering. */
export interface Extensions extends Grammar {
  readonly modules: Readonly<Record<string, MatchModule>>;
  readonly targets: Readonly<Record<string, Target>>;
}
