import type { RuleDraft, Verdict } from '../syntax/syntax.ts';
import type { Lexer } from './scan/lexer.ts';
import { nested, readVariable, type Reading } from './scan/parser-state.ts';
import { readRule } from './rule.ts';

const PLAIN = {
  accept: { kind: 'accept' },
  drop: { kind: 'drop' },
  return: { kind: 'return' },
  continue: { kind: 'continue' },
} as const;

export function isVerdictWord(lexer: Lexer): boolean {
  return (
    lexer.kind === 'word' &&
    (Object.hasOwn(PLAIN, lexer.text) || lexer.text === 'jump' || lexer.text === 'goto')
  );
}

/** `accept`, `jump chain`, `jump { … }`. */
export function readVerdict(reading: Reading): Verdict {
  const { lexer } = reading;
  const kind = lexer.text as Verdict['kind'];
  lexer.next();
  if (kind !== 'jump' && kind !== 'goto') return PLAIN[kind];
  if (lexer.is('{')) return { kind, block: readBlock(reading) };
  if (!lexer.is('$')) return { kind, chain: lexer.identifier('the name of a chain') };
  const at = lexer.start;
  const value = readVariable(reading);
  if (value.kind !== 'word')
    throw lexer.fail('a variable that does not name a chain', 'define it as a name', at);
  return { kind, chain: value.text };
}

/** The rules of a chain written in place. */
function readBlock(reading: Reading): readonly RuleDraft[] {
  const { lexer } = reading;
  return nested(reading, () => {
    const rules: RuleDraft[] = [];
    lexer.expect('{');
    for (lexer.skipSeparators(); !lexer.is('}'); lexer.skipSeparators()) {
      if (lexer.kind === 'end') throw lexer.fail('a chain does not end', 'close it with "}"');
      rules.push(readRule(reading));
    }
    lexer.expect('}');
    return rules;
  });
}
