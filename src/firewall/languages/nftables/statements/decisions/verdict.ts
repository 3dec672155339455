import { does } from '../../lower/lowered.ts';
import { verdictEffect } from '../../lower/verdict.ts';
import { verdictOf } from '../../json/verdict.ts';
import { formatVerdict } from '../../syntax/format.ts';
import type { Statement, Verdict, VerdictStatement } from '../../syntax/syntax.ts';
import { VERDICTS } from '../../syntax/verdict.ts';
import { readVerdict } from '../../text/verdict.ts';
import type { JsonReader, NftStatement, TextReader } from '../statement.ts';

/** `accept`, `jump chain`, `goto { … }` */
export const VERDICT: NftStatement<VerdictStatement> = {
  kind: 'verdict',
  text: Object.fromEntries(
    VERDICTS.map((word): [string, TextReader] => [word, (state) => statementOf(readVerdict(state))]),
  ),
  json: Object.fromEntries(
    VERDICTS.map((tag): [string, JsonReader] => [tag, (content) => statementOf(verdictOf(tag, content))]),
  ),
  lower: ({ verdict }, context) => does(verdictEffect(verdict, context)),
  format: ({ verdict }) => formatVerdict(verdict),
  isTerminal: ({ verdict }) => verdict.kind !== 'continue',
};

function statementOf(verdict: Verdict | undefined): Statement | undefined {
  return verdict === undefined ? undefined : { kind: 'verdict', verdict };
}
