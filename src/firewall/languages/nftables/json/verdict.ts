import type { Verdict } from '../syntax/syntax.ts';
import { isVerdictKind, PLAIN_VERDICTS } from '../syntax/verdict.ts';
import { isObject, tagged } from './shape.ts';

/** `{"accept": null}`, `{"jump": {"target": "chain"}}`; `undefined` for anything else. */
export function readVerdict(value: unknown): Verdict | undefined {
  const verdict = tagged(value);
  return verdict === undefined ? undefined : verdictOf(verdict.tag, verdict.content);
}

/** The verdict of this key and value; `undefined` where they are not one. */
export function verdictOf(tag: string, content: unknown): Verdict | undefined {
  if (!isVerdictKind(tag)) return undefined;
  if (tag !== 'jump' && tag !== 'goto') return PLAIN_VERDICTS[tag];
  return isObject(content) && typeof content.target === 'string'
    ? { kind: tag, chain: content.target }
    : undefined;
}
