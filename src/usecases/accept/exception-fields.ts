import type { InputProblem } from '../../input-error.ts';
import { printable } from '../../printable.ts';

const MAX_REASON = 500;

/** What is wrong with a reason; null where nothing is. */
export function reasonProblem(reason: string): Pick<InputProblem, 'code' | 'message' | 'fix'> | null {
  const isReason = reason.trim() !== '' && reason.length <= MAX_REASON && printable(reason) === reason;
  if (isReason) return null;
  const fix = `write why this is accepted, in 1 to ${MAX_REASON} characters on one line`;
  return { code: 'bad-reason', message: 'not a reason', fix };
}

/** What is wrong with a day; null where it is one that there is. */
export function dayProblem(day: string): Pick<InputProblem, 'code' | 'message' | 'fix'> | null {
  const time = Date.parse(`${day}T00:00:00.000Z`);
  const isDay =
    /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
  if (isDay) return null;
  return {
    code: 'bad-day',
    message: `"${day}" is not a day`,
    fix: 'write it as YYYY-MM-DD, for example 2027-03-31',
  };
}
