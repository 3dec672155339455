import type { RuleDraft, Statement } from '../syntax/syntax.ts';
import type { Origin } from '../syntax/origin.ts';
import { Lexer } from './scan/lexer.ts';
import type { ParserState, TextStatements } from './scan/parser-state.ts';

/** Where a rule is in a text. */
interface RulePlace {
  readonly start: number;
  readonly end: number;
  readonly line: number;
}

/** A rule of the file, parsed only when `read` is called. */
export function ruleAt(
  { statements: nft, scope }: Pick<ParserState, 'statements' | 'scope'>,
  { origin, source }: Pick<Lexer, 'origin' | 'source'>,
  { start, end, line }: RulePlace,
): RuleDraft {
  return {
    line,
    at: start,
    read: () => {
      const lexer = new Lexer(origin, source, start, end, line);
      const state: ParserState = { lexer, statements: nft, scope, depth: 0 };
      const statements = readStatements(state);
      if (!lexer.isAtEnd())
        throw lexer.fail('the rule does not end here', 'begin the next rule on a new line');
      return { text: ruleText(source, start, end), statements };
    },
  };
}

/** The statements of a text that is nothing but a rule. */
export function readRuleText(
  text: string,
  origin: Origin,
  line: number,
  statements: TextStatements,
): readonly Statement[] {
  const place = { start: 0, end: text.length, line };
  return ruleAt({ statements, scope: null }, { origin, source: text }, place).read().statements;
}

/** A rule of a chain written in place. */
export function readRule(state: ParserState): RuleDraft {
  const { lexer } = state;
  const { start, line, source } = lexer;
  const statements = readStatements(state);
  if (lexer.kind !== 'separator' && !lexer.is('}'))
    throw lexer.fail('the rule does not end here', 'begin the next rule on a new line');
  const rule = { text: ruleText(source, start, lexer.previousEnd), statements };
  return { line, at: start, read: () => rule };
}

function readStatements(state: ParserState): readonly Statement[] {
  const { lexer } = state;
  const statements: Statement[] = [];
  const { start, source } = lexer;
  while (!lexer.isAtRuleEnd()) statements.push(state.statements.read(state));
  // The kernel takes more after a verdict and never runs it; a second verdict is more likely a rule of its own.
  if (statements.filter(state.statements.isTerminal).length < 2) return statements;
  return [
    {
      kind: 'unknown',
      text: ruleText(source, start, lexer.previousEnd),
      reason: { code: 'joined-verdicts' },
    },
  ];
}

function ruleText(source: string, start: number, end: number): string {
  const written = source.slice(start, end);
  const text = /[\n#]/.test(written)
    ? written.replace(LAYOUT, (part) => (part.startsWith('"') ? part : ' '))
    : written;
  return (text.includes('counter packets') ? text.replace(COUNTS, 'counter') : text).trimEnd();
}

const COUNTS = /counter packets \d+ bytes \d+/g;

/** A quoted text, which stays as it is, or what only lays the rule out. */
const LAYOUT = /"[^"\n]*"|(?:\\?\s|#[^\n]*)+/g;
