import type { Statement } from '../syntax/syntax.ts';
import { isObject, tagged, textOf, type JsonObject } from '../json/shape.ts';

/** The first version whose JSON has the statements of `add @set { key limit … }` and of the elements of a set. */
const COMPLETE = [1, 0, 6] as const;

/** Whether the version of nft that wrote the listing leaves statements within sets out; so may a file that does not name one. */
export function losesSetStatements(metainfo: JsonObject | null): boolean {
  const [, ...numbers] = /^(\d+)\.(\d+)\.(\d+)/.exec(textOf(metainfo?.version) ?? '') ?? [];
  if (numbers.length === 0) return true;
  const differing = COMPLETE.findIndex((number, index) => Number(numbers[index]) !== number);
  return differing >= 0 && Number(numbers[differing]) < (COMPLETE[differing] ?? 0);
}

/** The statement as it may have been before its JSON lost what decides whether the rule goes on. */
export function withLoss(statement: Statement, value: unknown): Statement {
  if (statement.kind !== 'update' || statement.operation === 'delete' || statement.reason !== null)
    return statement;
  const update = tagged(value);
  const isTold = update?.tag !== 'set' || !isObject(update.content) || update.content.stmt !== undefined;
  return isTold ? statement : { ...statement, reason: { code: 'lost-statements' } };
}

/** A string for what has no JSON is at its end when nft has no more room for it. */
export const CUT_TEXT = 1023;
