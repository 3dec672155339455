import { isObject, textOf } from '../../json/shape.ts';
import type { Note } from '../../syntax/syntax.ts';
import type { Lexer } from '../../text/scan/lexer.ts';
import type { ParserState } from '../../text/scan/parser-state.ts';
import { readNumber } from '../../text/values.ts';
import { NOTE } from '../forms.ts';
import type { NftStatement } from '../statement.ts';

/** `log prefix "…" level warn` */
export const LOG: NftStatement<Note> = {
  ...NOTE,
  text: { log: readLog },
  json: { log: readJson },
};

/** `log prefix "…" level warn group 2 snaplen 10 queue-threshold 5 flags tcp sequence,options` */
function readLog(state: ParserState): Note {
  const { lexer } = state;
  const { start } = lexer;
  lexer.next();
  for (;;) {
    if (lexer.skip('prefix')) {
      if (lexer.is('$')) lexer.next();
      lexer.string('a prefix');
    } else if (lexer.skip('level')) {
      if (!LEVELS.includes(lexer.text)) throw lexer.fail('not a level of log', `use ${LEVELS.join(', ')}`);
      lexer.next();
    } else if (['group', 'snaplen', 'queue-threshold'].some((option) => lexer.skip(option)))
      readNumber(state, 'a number');
    else if (lexer.skip('flags')) {
      if (lexer.skip('tcp')) {
        do oneOf(lexer, ['sequence', 'options']);
        while (lexer.skip(','));
      } else if (lexer.skip('ip')) oneOf(lexer, ['options']);
      else oneOf(lexer, ['skuid', 'ether', 'all']);
    } else return { kind: 'note', text: lexer.textFrom(start) };
  }
}

const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug', 'audit'];

function oneOf(lexer: Lexer, words: readonly string[]): void {
  if (!words.some((word) => lexer.skip(word)))
    throw lexer.fail('not a flag of log', `use ${words.join(', ')}`);
}

function readJson(content: unknown): Note {
  const prefix = isObject(content) ? textOf(content.prefix) : undefined;
  return { kind: 'note', text: prefix === undefined ? 'log' : `log prefix "${prefix}"` };
}
