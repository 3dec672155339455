import type { RuleDraft, Statement } from '../syntax/syntax.ts';
import type { Origin } from '../syntax/origin.ts';
import { isTerminal } from '../lower/terminal.ts';
import { Lexer } from './scan/lexer.ts';
import type { Reading, Scope } from './scan/parser-state.ts';
import { isRuleEnd, readStatement } from './statement.ts';

/** A rule of the file between two offsets, read when it is asked for. */
export function ruleAt(
  lexer: Pick<Lexer, 'origin' | 'source'>,
  start: number,
  end: number,
  line: number,
  scope: Scope | null,
): RuleDraft {
  const { origin, source } = lexer;
  return {
    line,
    at: start,
    read: () => {
      const reading: Reading = { lexer: new Lexer(origin, source, start, end, line), scope, depth: 0 };
      const statements = readStatements(reading);
      if (reading.lexer.kind !== 'end')
        throw reading.lexer.fail('the rule does not end here', 'begin the next rule on a new line');
      return { text: ruleText(source, start, end), statements };
    },
  };
}

/** The statements of a text that is nothing but a rule. */
export function readRuleText(text: string, origin: Origin, line: number): readonly Statement[] {
  return ruleAt({ origin, source: text }, 0, text.length, line, null).read().statements;
}

/** A rule of a chain written in place. */
export function readRule(reading: Reading): RuleDraft {
  const { lexer } = reading;
  const { start, line, source } = lexer;
  const statements = readStatements(reading);
  if (lexer.kind !== 'separator' && !lexer.is('}'))
    throw lexer.fail('the rule does not end here', 'begin the next rule on a new line');
  const rule = { text: ruleText(source, start, lexer.previousEnd), statements };
  return { line, at: start, read: () => rule };
}

function readStatements(reading: Reading): readonly Statement[] {
  const { lexer } = reading;
  const statements: Statement[] = [];
  const { start, source } = lexer;
  while (!isRuleEnd(lexer)) statements.push(readStatement(reading));
  // The kernel takes more after a verdict and never runs it; a second verdict is more likely a rule of its own.
  if (statements.filter(isTerminal).length < 2) return statements;
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
