import { setIn, type SetDraft, type TableDraft } from '../../syntax/table-builder.ts';
import { endLine, skipLine } from './chain-block.ts';
import { readCommon } from '../define-include.ts';
import { readCondition, type Condition } from '../stateful-statements.ts';
import type { Reading } from '../scan/parser-state.ts';
import { isReserved } from '../scan/reserved-words.ts';
import { readElements } from './set-elements.ts';
import { readHeadLine } from './set-head.ts';
import { readValues } from '../values.ts';

interface SetHead {
  readonly name: string;
  readonly at: number;
  readonly isMap: boolean;
}

/** What is between the braces of a set or map: flags that make its contents uncertain, and its elements. */
export function readSetBlock(reading: Reading, table: TableDraft, { name, at, isMap }: SetHead): void {
  const { lexer } = reading;
  const set = setIn(table, name, at);
  lexer.expect('{');
  let hasType = false;
  for (lexer.skipSeparators(); !lexer.is('}'); lexer.skipSeparators()) {
    if (lexer.kind === 'end') throw lexer.fail(`set ${name} does not end`, 'give the whole file');
    if (readCommon(reading)) continue;
    if (lexer.skip('elements')) {
      lexer.expect('=');
      const { start } = lexer;
      addElements(reading, set);
      if (!isMap && set.elements.some(({ data }) => data !== null))
        throw lexer.fail(`set ${name} is no map`, 'declare it as a map, or give keys alone', start);
    } else {
      hasType ||= lexer.is('type') || lexer.is('typeof');
      readLine(reading, set, isMap);
    }
    endLine(lexer);
  }
  set.isInterval ??= false;
  if (!hasType) throw lexer.fail(`set ${name} without a type`, 'write type and what it holds');
  lexer.expect('}');
}

function readLine(reading: Reading, set: SetDraft, isMap: boolean): void {
  const { lexer } = reading;
  if (readHeadLine(reading, set, isMap)) return;
  let condition = readCondition(reading);
  if (condition !== undefined)
    for (; condition !== undefined; condition = readCondition(reading)) uncertain(set, condition);
  else if (lexer.kind === 'word' && /^[a-z]/.test(lexer.text) && !isReserved(lexer.text)) {
    // What a later version of nft may write there may tell anything of the set.
    set.uncertainty ??= { code: 'unsupported' };
    skipLine(lexer);
  } else throw lexer.fail('nothing that a set holds', 'write type, flags, elements or the like');
}

/** `{ … }` or a variable that holds a set. */
export function addElements(reading: Reading, set: SetDraft): void {
  const { lexer } = reading;
  if (lexer.is('{')) {
    const { elements, condition } = readElements(reading);
    for (const element of elements) set.elements.push(element);
    uncertain(set, condition);
    return;
  }
  const at = lexer.start;
  const value = readValues(reading);
  if (value.kind !== 'set') throw lexer.fail('expected elements', 'give them in braces', at);
  for (const element of value.elements) set.elements.push(element);
}

function uncertain(set: SetDraft, condition: Condition | null): void {
  if (condition?.isTest === true) set.uncertainty ??= condition.reason;
}
