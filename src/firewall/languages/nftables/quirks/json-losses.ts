import { textOf, type JsonObject } from '../json/shape.ts';

/** The first version whose JSON has the statements of `add @set { key limit … }` and of the elements of a set. */
const COMPLETE = [1, 0, 6] as const;

/** Whether the version of nft that wrote the listing leaves statements within sets out; so may a file that does not name one. */
export function losesSetStatements(metainfo: JsonObject | null): boolean {
  const [, ...numbers] = /^(\d+)\.(\d+)\.(\d+)/.exec(textOf(metainfo?.version) ?? '') ?? [];
  if (numbers.length === 0) return true;
  const differing = COMPLETE.findIndex((number, index) => Number(numbers[index]) !== number);
  return differing >= 0 && Number(numbers[differing]) < (COMPLETE[differing] ?? 0);
}

/** A string for what has no JSON is at its end when nft has no more room for it. */
export const CUT_TEXT = 1023;
