import { unknown } from '../../../model/match.ts';
import { objectTest } from '../lower/counting.ts';
import { does, NOTHING, tests } from '../lower/lowered.ts';
import type { Condition, Note, Unknown } from '../syntax/syntax.ts';
import type { NftStatement } from './statement.ts';

/** What becomes of a statement that changes no packet's fate. */
export const NOTE: NftStatement<Note> = {
  kind: 'note',
  lower: () => NOTHING,
  format: ({ text }) => text,
};

/** What becomes of a statement that tests what a packet does not show. */
export const CONDITION: NftStatement<Condition> = {
  kind: 'condition',
  lower: ({ text, reason, known, counter, object }, context) =>
    tests(
      object === undefined
        ? unknown(text, reason, known, counter)
        : objectTest(object.kind, object.name, text, context),
    ),
  format: ({ text }) => text,
};

/** What becomes of a statement that this program does not follow. */
export const UNKNOWN: NftStatement<Unknown> = {
  kind: 'unknown',
  lower: ({ text, reason }) => does({ kind: 'unknown', text, reason }),
  format: ({ text }) => text,
};
