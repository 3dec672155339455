/** Every case. Else `npm test` takes a share of the longest lists, so that it ends within minutes. */
export const IS_THOROUGH = process.env.VWAUDIT_THOROUGH === '1';

/** `VWAUDIT_SHARE=2` makes the share twice as large: what CI does, which has more time. */
const TIMES = Number(process.env.VWAUDIT_SHARE ?? 1);

/** All cases where thorough; else so many, spread evenly from the first to the last. */
export function shareOf<T>(cases: readonly T[], count: number): readonly T[] {
  const taken = shareOfRuns(count, cases.length);
  if (cases.length <= taken) return cases;
  const last = cases.length - 1;
  return Array.from({ length: taken }, (_, nth) => cases[Math.round((nth * last) / Math.max(taken - 1, 1))]!);
}

/** How many of something random: `all` where thorough, else a share. */
export function shareOfRuns(count: number, all: number): number {
  return IS_THOROUGH ? all : Math.ceil(count * TIMES);
}
