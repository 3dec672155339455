import { InputError } from '../../input-error.ts';

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** Timers take at most 2^31 - 1 ms; 500 hours are safely less. */
const MAX_HOURS = 500;

/** `30s`, `10m`, `2h`: whole numbers, one unit. In milliseconds. */
export function parseDuration(text: string, what: string, maxHours = MAX_HOURS): number {
  const [, count = '', unit = ''] = /^([1-9]\d{0,6})([smh])$/.exec(text) ?? [];
  const durationMs = Number(count) * (isUnit(unit) ? UNIT_MS[unit] : NaN);
  if (durationMs <= maxHours * UNIT_MS.h) return durationMs;
  throw new InputError({
    code: 'bad-duration',
    message: `${what}: "${text}" is not a duration from 1s to ${maxHours}h`,
    value: text,
    fix: 'give a whole number and a unit, for example 30s, 10m or 2h',
  });
}

function isUnit(text: string): text is keyof typeof UNIT_MS {
  return text in UNIT_MS;
}
