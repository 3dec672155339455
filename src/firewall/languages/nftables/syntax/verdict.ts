import type { Expression, Verdict } from './syntax.ts';

/** The words a verdict begins with. */
export const VERDICTS = ['accept', 'drop', 'return', 'continue', 'jump', 'goto'] as const;

const KINDS: ReadonlySet<string> = new Set(VERDICTS);

export function isVerdictKind(word: string): word is Verdict['kind'] {
  return KINDS.has(word);
}

/** The data of an element of a verdict map. */
export function isVerdict(data: Expression | Verdict): data is Verdict {
  return isVerdictKind(data.kind);
}

/** Verdicts that name no chain; one object each, since a million rules have one. */
export const PLAIN_VERDICTS = {
  accept: { kind: 'accept' },
  drop: { kind: 'drop' },
  return: { kind: 'return' },
  continue: { kind: 'continue' },
} as const satisfies Record<string, Verdict>;
