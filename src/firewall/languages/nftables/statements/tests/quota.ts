import { isObject, textOf } from '../../json/shape.ts';
import type { KnownOfTest } from '../../../../model/match.ts';
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
  const isOver = lexer.skip('over');
  if (!isOver) lexer.skip('until');
  readBytes(state);
  const isUsed = lexer.skip('used');
  if (isUsed) readBytes(state);
  return condition(lexer.textFrom(start), isUsed ? undefined : { ifPlain: !isOver, isEither: true });
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
  const text = `quota ${over}${word('val')} ${word('val_unit')}${used}`;
  return condition(text, isUsed ? undefined : { ifPlain: over === '', isEither: true });
}

/** What was used of it may be all of it. */
function condition(text: string, known?: KnownOfTest): Condition {
  return {
    ...{ kind: 'condition', text, reason: { code: 'earlier-packets' }, counter: 'own' },
    ...(known === undefined ? {} : { known }),
  };
}
