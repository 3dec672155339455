import type { Finding } from '../../../verdict/findings/finding.ts';
import { PROMPT } from '../../../verdict/findings/step.ts';
import { paragraph } from './paragraph.ts';
import { SYMBOL } from './verdict-symbol.ts';
import type { Style, Tone } from '../../style.ts';

const MARK = {
  error: { symbol: '✗', tone: 'fail' },
  warning: { symbol: '!', tone: 'unproven' },
  note: { symbol: '?', tone: 'unproven' },
} as const satisfies Record<Finding['severity'], { symbol: string; tone: Tone }>;

const FACT = { symbol: 'i', tone: 'dim' } as const;

/** What an exception accepts. */
const ACCEPTED = { symbol: SYMBOL.accepted, tone: 'dim' } as const;

/** Notes that leave nothing unproven. */
const FACTS: ReadonlySet<string> = new Set(['stand-in', 'acceptance-ends', 'silent-drop', 'log-silence']);

/** A finding as a person reads it: the symbol, what and where, then what to do next, indented. */
export function findingLines(
  {
    code,
    severity,
    message,
    advice,
    accepted,
  }: Pick<Finding, 'severity' | 'message' | 'advice' | 'accepted'> & { readonly code: string },
  style: Style,
): readonly string[] {
  const { symbol, tone } = accepted !== undefined ? ACCEPTED : FACTS.has(code) ? FACT : MARK[severity];
  const text = paragraph(`${symbol} `, message, style);
  return [
    style.paint[tone](text.slice(0, 1)) + text.slice(1),
    ...(accepted === undefined
      ? []
      : [paragraph('    ', `Accepted until ${accepted.until}: ${accepted.reason}`, style)]),
    ...(accepted === undefined ? advice : []).map((step) =>
      // A command that is broken into lines does not paste.
      step.startsWith(PROMPT) ? `      ${step.slice(PROMPT.length)}` : paragraph('    ', step, style),
    ),
  ];
}
