import { isObject, textOf } from '../../json/shape.ts';
import type { Condition } from '../../syntax/syntax.ts';
import { readNamedObject } from '../../text/named-object.ts';
import type { ParserState } from '../../text/scan/parser-state.ts';
import { BYTE_UNITS, expectUnit } from '../../text/units.ts';
import { readNumber } from '../../text/values.ts';
import { CONDITION } from '../forms.ts';
import type { NftStatement } from '../statement.ts';

/** `quota over 25 mbytes`, `quota name X` */
export const QUOTA: NftStatement<Condition> = {
  ...CONDITION,
  isStateful: true,
  text: { quota: readQuota },
  json: { quota: readJson },
};

/** `quota [over] 25 mbytes [used 10 bytes]` */
function readQuota(state: ParserState): Condition {
  const named = readNamedObject(state);
  if (named !== undefined) return condition(named.text);
  const { lexer } = state;
  const { start } = lexer;
  lexer.next();
  if (!lexer.skip('over')) lexer.skip('until');
  readBytes(state);
  if (lexer.skip('used')) readBytes(state);
  return condition(lexer.textFrom(start));
}

function readBytes(state: ParserState): void {
  readNumber(state, 'a number of bytes');
  expectUnit(state.lexer, BYTE_UNITS, 'a unit of bytes');
}

function readJson(content: unknown): Condition {
  if (!isObject(content)) return condition(`quota name "${textOf(content) ?? ''}"`);
  const word = (key: string): string => textOf(content[key]) ?? '';
  const over = content.inv === true ? 'over ' : '';
  const isUsed = content.used !== undefined && content.used !== 0;
  const used = isUsed ? ` used ${word('used')} ${word('used_unit')}` : '';
  return condition(`quota ${over}${word('val')} ${word('val_unit')}${used}`);
}

function condition(text: string): Condition {
  return { kind: 'condition', text, reason: { code: 'earlier-packets' } };
}
