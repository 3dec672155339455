import type { SourceLocation } from '../../../model/source-location.ts';

/** One rule of a save file as it is written, before it is given a meaning. */
export interface RuleSyntax extends RuleSource {
  /** `-s`, `-d`, `-p`, `-i`, `-o` and `-f`, in their order. */
  readonly conditions: readonly Condition[];
  /** Each `-m NAME`, and the module that `-p` brought. */
  readonly modules: readonly ModuleSyntax[];
  /** `-j NAME` or `-g NAME`. */
  readonly target: TargetSyntax | null;
}

/** The text of a rule, from its command on, and where it is. */
export interface RuleSource {
  readonly start: SourceLocation;
  readonly text: string;
}

/** Tokens of the rule, by their index; a file may have a million rules, so a place is computed only for an error. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** A test of the tool itself. */
export interface Condition extends Span {
  readonly kind: 'source' | 'destination' | 'protocol' | 'in-interface' | 'out-interface' | 'fragments';
  readonly isNegated: boolean;
  /** Empty for `-f`. */
  readonly value: string;
}

/** A match module with its options. */
export interface ModuleSyntax {
  readonly name: string;
  readonly options: readonly OptionSyntax[];
}

/** A target or a chain, with the options of the target. */
export interface TargetSyntax extends Span {
  readonly name: string;
  readonly isGoto: boolean;
  readonly options: readonly OptionSyntax[];
}

/** An option of a match module or of a target; the name is written in full, even where the file abbreviates it. */
export interface OptionSyntax extends Span {
  readonly name: string;
  readonly isNegated: boolean;
  readonly values: readonly string[];
}
