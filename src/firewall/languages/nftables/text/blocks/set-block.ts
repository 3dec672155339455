import { setIn, type SetDraft, type TableDraft } from '../../syntax/table-builder.ts';
import { endLine, skipLine } from './chain-block.ts';
import { readCommon } from '../define-include.ts';
import type { Statement } from '../../syntax/syntax.ts';
import type { ParserState } from '../scan/parser-state.ts';
import { isReserved } from '../scan/reserved-words.ts';
import { readHeadLine } from './set-head.ts';
import { readElements, readValues } from '../values.ts';

interface SetHead {
  readonly name: string;
  readonly at: number;
  readonly isMap: boolean;
}

/** What is between the braces of a set or map: flags that make its contents uncertain, and its elements. */
export function readSetBlock(state: ParserState, table: TableDraft, { name, at, isMap }: SetHead): void {
  const { lexer } = state;
  const set = setIn(table, name, at);
  lexer.expect('{');
  let hasType = false;
  for (lexer.skipSeparators(); !lexer.is('}'); lexer.skipSeparators()) {
    if (lexer.kind === 'end') throw lexer.fail(`set ${name} does not end`, 'give the whole file');
    if (readCommon(state)) continue;
    if (lexer.skip('elements')) {
      lexer.expect('=');
      const { start } = lexer;
      addElements(state, set);
      if (!isMap && set.elements.some(({ data }) => data !== null))
        throw lexer.fail(`set ${name} is not a map`, 'declare it as a map, or give keys alone', start);
    } else {
      hasType ||= lexer.is('type') || lexer.is('typeof');
      readLine(state, set, isMap);
    }
    endLine(lexer);
  }
  if (!hasType) throw lexer.fail(`set ${name} without a type`, 'write type and the type of its elements');
  lexer.expect('}');
}

function readLine(state: ParserState, set: SetDraft, isMap: boolean): void {
  const { lexer } = state;
  if (readHeadLine(state, set, isMap)) return;
  const { readStateful } = state.statements;
  let statement = readStateful(state);
  if (statement !== undefined)
    for (; statement !== undefined; statement = readStateful(state)) uncertain(set, statement);
  else if (lexer.kind === 'word' && /^[a-z]/.test(lexer.text) && !isReserved(lexer.text)) {
    // A property of a later version of nft may mean anything.
    set.uncertainty ??= { code: 'unsupported' };
    skipLine(lexer);
  } else throw lexer.fail('unknown property of a set', 'write type, flags, elements or the like');
}

/** `{ … }`, or a variable whose value is a set. */
export function addElements(state: ParserState, set: SetDraft): void {
  const { lexer } = state;
  if (lexer.is('{')) {
    const { elements, condition } = readElements(state);
    for (const element of elements) set.elements.push(element);
    uncertain(set, condition);
    return;
  }
  const at = lexer.start;
  const value = readValues(state);
  if (value.kind !== 'set') throw lexer.fail('expected elements', 'give them in braces', at);
  for (const element of value.elements) set.elements.push(element);
}

function uncertain(set: SetDraft, statement: Statement | null): void {
  if (statement?.kind === 'condition') set.uncertainty ??= statement.reason;
}
