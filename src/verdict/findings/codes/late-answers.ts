import type { FindingKind } from '../finding-kind.ts';
import { place, type At } from '../at.ts';

type Args = At & { readonly slowestMs: number };

export const lateAnswers: FindingKind<Args> = {
  severity: 'warning',
  title: 'Answers take longer than the timeout',
  meaning:
    'Ports answered after --timeout, so the silence of the others may be lateness. Check with a longer one.',
  message: ({ slowestMs, ...args }) =>
    `${place(args)}: answers take up to ${slowestMs} ms, longer than the timeout: silence proves nothing here.`,
  advice: ({ slowestMs }) => [`Check again with --timeout ${timeoutFor(slowestMs)}`],
};

/** In whole seconds, twice the slowest answer; the flag takes a minute at most. */
function timeoutFor(slowestMs: number): number {
  return Math.min(60_000, Math.ceil((2 * slowestMs) / 1000) * 1000);
}
