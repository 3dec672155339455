import type { Prefix } from '../../net/prefix.ts';

/** An entry of the `--accept` file: what somebody reviewed, and until when it is accepted. */
export interface Exception {
  /** Of a finding, or `failed` or `unproven` for a flow that no finding is about. */
  readonly code: string;
  /** Ids of flows; `*` stands for any text, `-` for a finding about no flow. */
  readonly patterns: readonly string[];
  /** The texts of the rules that may decide; null: whatever rules. */
  readonly rules: readonly string[] | null;
  /** The program the finding names; null: whatever program. */
  readonly process: string | null;
  /** The only addresses the flow may fail for; null: whatever addresses. */
  readonly sources: readonly Prefix[] | null;
  readonly reason: string;
  /** The last day, YYYY-MM-DD. */
  readonly until: string;
  /** FILE:LINE */
  readonly place: string;
}

/** The pattern of a finding about no flow. */
export const NO_FLOW = '-';

/** The codes of flows that do not pass and that no finding is about. */
export const UNEXPLAINED = ['failed', 'unproven'] as const;

/** Whether the pattern, in which `*` stands for any text, is the whole text. In time of their lengths, however many `*`. */
export function fits(pattern: string, text: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return pattern === text;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at + last.length <= text.length;
}
