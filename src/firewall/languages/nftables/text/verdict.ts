import type { RuleDraft, Verdict } from '../syntax/syntax.ts';
import { isVerdictKind, PLAIN_VERDICTS } from '../syntax/verdict.ts';
import { nested, readVariable, type ParserState } from './scan/parser-state.ts';
import { readRule } from './rule.ts';

/** `accept`, `jump chain`, `jump { … }`; `undefined` where none begins here. */
export function readVerdict(state: ParserState): Verdict | undefined {
  const { lexer } = state;
  const { text: kind } = lexer;
  if (lexer.kind !== 'word' || !isVerdictKind(kind)) return undefined;
  lexer.next();
  if (kind !== 'jump' && kind !== 'goto') return PLAIN_VERDICTS[kind];
  if (lexer.is('{')) return { kind, block: readBlock(state) };
  if (!lexer.is('$')) return { kind, chain: lexer.chainName() };
  const at = lexer.start;
  const value = readVariable(state);
  if (value.kind !== 'word')
    throw lexer.fail('a variable that does not name a chain', 'define it as a name', at);
  return { kind, chain: value.text };
}

/** The rules of a chain written in place. */
function readBlock(state: ParserState): readonly RuleDraft[] {
  const { lexer } = state;
  return nested(state, () => {
    const rules: RuleDraft[] = [];
    lexer.expect('{');
    for (lexer.skipSeparators(); !lexer.is('}'); lexer.skipSeparators()) {
      if (lexer.kind === 'end') throw lexer.fail('a chain does not end', 'close it with "}"');
      rules.push(readRule(state));
    }
    lexer.expect('}');
    return rules;
  });
}
