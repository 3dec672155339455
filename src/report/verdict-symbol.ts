import type { Verdict } from '../verdict/report.ts';
import type { Style } from './style.ts';

/** One character a verdict, the same in every table; colour only repeats what they say. */
export const SYMBOL: Readonly<Record<Verdict, string>> = { pass: '✓', fail: '✗', unproven: '?' };

/** Where nothing is expected of a flow, or nobody asked. */
export const NOTHING = '·';

/** What the symbols of a matrix mean, on one line. */
export const LEGEND = `${SYMBOL.pass} as expected  ${SYMBOL.fail} not as expected  ${SYMBOL.unproven} unproven  ${NOTHING} nothing expected or not asked`;

/** Colours every symbol in a text that holds nothing else but digits and blanks; runs of one symbol get one colour sequence. */
export function paintSymbols(text: string, { paint }: Pick<Style, 'paint'>): string {
  return text.replace(/✓+|✗+|\?+|·+/g, (run) => paint[TONE[run.charAt(0)] ?? 'dim'](run));
}

const TONE: Readonly<Record<string, Verdict>> = { '✓': 'pass', '✗': 'fail', '?': 'unproven' };
