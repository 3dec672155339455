import type { InputError } from '../../../../input-error.ts';
import type { Match } from '../../../model/match.ts';
import { badRuleset } from '../../../model/source-location.ts';
import type { GivenOption, MatchModule, RuleContext, Target } from '../modules/module.ts';
import { wordPlace } from '../save-file/tokenize.ts';

/** What reads the rules of one file. Rules come by the hundred thousand, so what none of them keeps is used again. */
export interface RuleReader {
  readonly context: RuleContext;
  readonly file: string;
  line: number;
  /** Where the text begins in its line: behind a packet counter it is not the first column. */
  column: number;
  text: string;
  words: readonly string[];
  /** The next word. */
  position: number;
  /** How many words were made two. */
  splits: number;
  readonly matches: Match[];
  readonly loaded: LoadedModule[];
  /** The one protocol the rule is about, when `-p` names one and does not negate it. */
  protocol: number | null;
  /** Whether an option lists several addresses: the tools make a rule of each. */
  isSeveral: boolean;
  target: GivenTarget | null;
  isOtherFamily: boolean;
  /** The letters of the options seen that a rule has once. */
  once: string;
}

/** One `-m NAME` of the rule. */
export interface LoadedModule {
  readonly name: string;
  readonly module: MatchModule;
  /** This program does not know it. */
  readonly isForeign: boolean;
  /** Its options, as far as they were read. */
  readonly given: string[];
  /** The words given to it; kept only where the module wants them. */
  readonly said: string[];
}

/** The `-j` or `-g` of the rule. */
export interface GivenTarget {
  readonly name: string;
  readonly isGoto: boolean;
  readonly definition: Target | undefined;
  readonly given: GivenOption[];
}

export function ruleReader(file: string, context: Omit<RuleContext, 'fail'>): RuleReader {
  const reader: RuleReader = {
    file,
    context: { ...context, fail: (...problem) => failAt(reader, ...problem) },
    line: 0,
    column: 1,
    text: '',
    words: [],
    position: 0,
    splits: 0,
    matches: [],
    loaded: [],
    protocol: null,
    isSeveral: false,
    target: null,
    isOtherFamily: false,
    once: '',
  };
  return reader;
}

/** The next word. @throws InputError when the line ends here. */
export function take(reader: RuleReader, what: string): string {
  const word = reader.words[reader.position];
  if (word === undefined)
    throw failAt(
      reader,
      `the line ends where ${what} belongs`,
      undefined,
      'complete the rule or remove it',
      0,
    );
  reader.position++;
  return word;
}

/** Moves past the word when it is the next one. */
export function takeIf(reader: RuleReader, word: string): boolean {
  if (reader.words[reader.position] !== word) return false;
  reader.position++;
  return true;
}

/** The word just read is several in one; the first of them counts as read. */
export function replaceWord(reader: RuleReader, words: readonly string[]): void {
  reader.words = reader.words.toSpliced(reader.position - 1, 1, ...words);
  reader.splits += words.length - 1;
}

/** So many values of an option. */
export function takeMany(reader: RuleReader, count: number): readonly string[] {
  return count === 1
    ? [take(reader, 'a value')]
    : Array.from({ length: count }, () => take(reader, 'a value'));
}

/** The error for a word of the rule; `offset` from the next one: by default the word just read. */
export function failAt(
  reader: RuleReader,
  message: string,
  value: string | undefined,
  fix: string,
  offset = -1,
): InputError {
  const { file, line, column } = reader;
  const place = wordPlace(reader.text, reader.position + offset - reader.splits, { file, line, column });
  return badRuleset(place, message, value, fix);
}
