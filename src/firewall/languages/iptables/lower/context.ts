import type { InputError } from '../../../../input-error.ts';
import type { Family } from '../../../../net/address.ts';
import { badRuleset } from '../../../model/source-location.ts';
import type { NamedSets } from '../ipset/parse-ipset.ts';
import type { RuleSyntax, Span } from '../syntax/syntax.ts';
import { splitWords, wordPlace } from '../syntax/tokenize.ts';
import type { Extensions } from './extensions.ts';

/** What the rules of one chain are lowered in. */
export interface ChainContext {
  readonly extensions: Extensions;
  readonly family: Family;
  readonly chain: string;
  /** The sets of an `ipset save` given with the rules. */
  readonly sets: NamedSets;
}

/** What one rule is lowered in. */
export interface RuleContext extends ChainContext {
  /** The option, module or target being lowered. */
  span: Span;
  /** The error for a value of it. */
  readonly fail: (message: string, value: string | undefined, fix: string) => InputError;
}

export function contextOf(rule: RuleSyntax, { extensions, family, chain, sets }: ChainContext): RuleContext {
  const context: RuleContext = {
    extensions,
    family,
    chain,
    sets,
    span: NO_SPAN,
    fail: (message, value, fix) => badValue(rule, context.span, message, value, fix),
  };
  return context;
}

const NO_SPAN: Span = { first: 0, last: 0 };

/** The place is that of the token the value is in, else of the last one. */
function badValue(
  { start, text }: RuleSyntax,
  { first, last }: Span,
  message: string,
  value: string | undefined,
  fix: string,
): InputError {
  const words = splitWords(text, 0, text.length, start).slice(first, last + 1);
  const at = value === undefined ? -1 : words.findLastIndex((word) => word.includes(value));
  return badRuleset(wordPlace(text, at < 0 ? last : first + at, start), message, value, fix);
}
