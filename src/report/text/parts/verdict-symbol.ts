import type { Expected, Summary, Verdict } from '../../../verdict/reports/report.ts';
import type { Accepted } from '../../../verdict/shapes/accepted-shape.ts';
import type { Style, Tone } from '../../style.ts';

/** A verdict as people read it: what an exception accepts has a value of its own. */
export type ShownVerdict = Verdict | 'accepted';

/** A flow as far as its verdict is shown. */
export interface Judged {
  readonly verdict: ShownVerdict;
  readonly accepted?: Accepted | null;
}

export function shownVerdict({ verdict, accepted = null }: Judged): ShownVerdict {
  return accepted === null ? verdict : 'accepted';
}

/** The worst last. */
export const BADNESS: Readonly<Record<ShownVerdict, number>> = { pass: 0, accepted: 1, unproven: 2, fail: 3 };

/** One character a verdict, the same in every table; colour only repeats what they say. */
export const SYMBOL: Readonly<Record<ShownVerdict, string>> = {
  pass: '✓',
  fail: '✗',
  unproven: '?',
  accepted: '~',
};

/** The colour of a verdict. */
export const VERDICT_TONE: Readonly<Record<ShownVerdict, Tone>> = {
  pass: 'pass',
  fail: 'fail',
  unproven: 'unproven',
  accepted: 'dim',
};

/** One character a port of a matrix: what it is, open or blocked, and whether that is as expected. */
export function matrixSymbol({ expected, ...judged }: Judged & { readonly expected: Expected }): string {
  const verdict = shownVerdict(judged);
  return verdict === 'unproven' || verdict === 'accepted' ? SYMBOL[verdict] : IN_MATRIX[expected][verdict];
}

const IN_MATRIX: Readonly<Record<Expected, Readonly<Record<Exclude<Verdict, 'unproven'>, string>>>> = {
  reachable: { pass: SYMBOL.pass, fail: SYMBOL.fail },
  blocked: { pass: '■', fail: '!' },
};

/** Where nothing is expected of a flow, or nobody asked. */
export const NOTHING = '·';

const LEGEND: readonly string[] = [
  `${IN_MATRIX.reachable.pass} open, as it must be  ${IN_MATRIX.blocked.pass} blocked, as it must be  ${SYMBOL.unproven} unproven`,
  `${IN_MATRIX.reachable.fail} must be open, is not  ${IN_MATRIX.blocked.fail} must be blocked, is not  ${NOTHING} nothing expected or probed`,
];

/** What the symbols of a matrix mean, a line each. */
export function legendOf({ accepted = 0 }: Summary): readonly string[] {
  return accepted === 0
    ? LEGEND
    : [...LEGEND, `${SYMBOL.accepted} fails or is unproven, accepted by an exception`];
}

/** Colours every symbol in a text that holds nothing else but digits and blanks; runs of one symbol get one colour sequence. */
export function paintSymbols(text: string, { paint }: Pick<Style, 'paint'>): string {
  return text.replace(/✓+|■+|✗+|!+|\?+|~+|·+/g, (run) => paint[TONE[run.charAt(0)] ?? 'dim'](run));
}

const TONE: Readonly<Record<string, Tone>> = {
  '✓': 'pass',
  '■': 'pass',
  '✗': 'fail',
  '!': 'fail',
  '?': 'unproven',
};
