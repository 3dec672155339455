/** Every case. Else `npm test` takes a share of the longest lists, so that it ends within minutes. */
export const IS_THOROUGH = process.env.VWAUDIT_THOROUGH === '1';

/** All cases where thorough; else so many, spread evenly from the first to the last. */
export function shareOf<T>(cases: readonly T[], count: number): readonly T[] {
  if (IS_THOROUGH || cases.length <= count) return cases;
  const last = cases.length - 1;
  return Array.from({ length: count }, (_, nth) => cases[Math.round((nth * last) / Math.max(count - 1, 1))]!);
}
