import type { InputError } from '../../../../input-error.ts';
import type { Family } from '../../../../net/address.ts';
import { badRuleset } from '../../../model/source-location.ts';
import type { Grammar, OptionGrammars } from './grammar.ts';
import type { Condition, ModuleSyntax, OptionSyntax, RuleSource, TargetSyntax } from './syntax.ts';
import { wordPlace } from './tokenize.ts';

/** What the rules of one table are parsed in. */
export interface TableGrammar {
  readonly grammar: Grammar;
  readonly family: Family;
  /** Whether the table has a chain of that name by now. */
  isChain(name: string): boolean;
}

/** One rule while it is parsed. */
export interface ParserState {
  readonly table: TableGrammar;
  readonly source: RuleSource;
  words: readonly string[];
  /** The next word. */
  position: number;
  /** How many words were made two. */
  splits: number;
  readonly conditions: Condition[];
  readonly modules: ModuleDraft[];
  target: TargetDraft | null;
  /** The one protocol the rule is about, when `-p` names one and does not negate it. */
  protocol: number | null;
}

/** One `-m NAME` so far. */
export interface ModuleDraft extends ModuleSyntax {
  /** Null for a module this program does not know. */
  readonly grammar: OptionGrammars | null;
  readonly options: OptionSyntax[];
}

/** The `-j` or `-g` so far. */
export interface TargetDraft extends TargetSyntax {
  /** Null for a chain, and for a target this program does not know. */
  readonly grammar: OptionGrammars | null;
  readonly options: OptionSyntax[];
}

/** The next word. @throws InputError when the line ends here. */
export function take(state: ParserState, what: string): string {
  const word = state.words[state.position];
  if (word === undefined)
    throw failAt(state, `the line ends, expected ${what}`, undefined, 'complete the rule or remove it', 0);
  state.position++;
  return word;
}

/** Moves past the word when it is the next one. */
export function takeIf(state: ParserState, word: string): boolean {
  if (state.words[state.position] !== word) return false;
  state.position++;
  return true;
}

/** So many values of an option. */
export function takeMany(state: ParserState, count: number): readonly string[] {
  return count === 1 ? [take(state, 'a value')] : Array.from({ length: count }, () => take(state, 'a value'));
}

/** The word just read is several in one; the first of them counts as read. */
export function replaceWord(state: ParserState, words: readonly string[]): void {
  state.words = state.words.toSpliced(state.position - 1, 1, ...words);
  state.splits += words.length - 1;
}

/** The index of the word just read, as the line counts them. */
export function lastIndex({ position, splits }: ParserState): number {
  return position - 1 - splits;
}

/** The error for a word of the rule; `offset` from the next one: by default the word just read. */
export function failAt(
  { source, position, splits }: ParserState,
  message: string,
  value: string | undefined,
  fix: string,
  offset = -1,
): InputError {
  return badRuleset(wordPlace(source.text, position + offset - splits, source.start), message, value, fix);
}
