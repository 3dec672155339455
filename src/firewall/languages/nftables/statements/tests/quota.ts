import { isObject, textOf } from '../../json/shape.ts';
import type { KnownOfTest } from '../../../../model/match.ts';
import type { Condition, Statement } from '../../syntax/syntax.ts';
import { quotaKnown } from '../../lower/counting.ts';
import type { ParserState } from '../../text/scan/parser-state.ts';
import { BYTE_UNITS, expectUnit } from '../../text/units.ts';
import { readNumber } from '../../text/values.ts';
import { CONDITION } from '../forms.ts';
import type { NftStatement } from '../statement.ts';
import { readJsonNamed, readNamed } from './object-map.ts';

/** `quota over 25 mbytes`, `quota name X` */
export const QUOTA: NftStatement<Condition> = {
  ...CONDITION,
  isStateful: true,
  text: { quota: readQuota },
  json: { quota: readJson },
};

/** `quota [over] 25 mbytes [used 10 bytes]` */
function readQuota(state: ParserState): Statement {
  const named = readNamed(state, 'quota');
  if (named !== undefined) return named;
  const { lexer } = state;
  const { start } = lexer;
  lexer.next();
  const isOver = lexer.skip('over');
  if (!isOver) lexer.skip('until');
  readBytes(state);
  const isUsed = lexer.skip('used');
  if (isUsed) readBytes(state);
  return condition(lexer.textFrom(start), quotaKnown(isOver, isUsed));
}

function readBytes(state: ParserState): void {
  readNumber(state, 'a number of bytes');
  expectUnit(state.lexer, BYTE_UNITS, 'a unit of bytes');
}

function readJson(content: unknown): Statement | undefined {
  if (!isObject(content) || 'map' in content) return readJsonNamed(content, 'quota');
  const word = (key: string): string => textOf(content[key]) ?? '';
  const over = content.inv === true ? 'over ' : '';
  const isUsed = content.used !== undefined && content.used !== 0;
  const used = isUsed ? ` used ${word('used')} ${word('used_unit')}` : '';
  const text = `quota ${over}${word('val')} ${word('val_unit')}${used}`;
  return condition(text, quotaKnown(over !== '', isUsed));
}

function condition(text: string, known?: KnownOfTest): Condition {
  return {
    ...{ kind: 'condition', text, reason: { code: 'earlier-packets' }, counter: 'own' },
    ...(known === undefined ? {} : { known }),
  };
}
