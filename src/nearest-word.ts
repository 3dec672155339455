/** More letters wrong, missing, extra or swapped, and it is another word. */
const MAX_DISTANCE = 2;

/** The known word a mistyped one probably means, in any case; `undefined` if none. */
export function nearestWord<W extends string>(typed: string, words: readonly W[]): W | undefined {
  const lower = typed.toLowerCase();
  const candidates = words
    .filter((word) => Math.abs(word.length - lower.length) <= MAX_DISTANCE)
    .map((word) => ({ word, distance: editDistance(lower, word.toLowerCase()) }))
    .filter(({ word, distance }) => distance <= Math.min(MAX_DISTANCE, word.length - 2));
  return candidates.sort((a, b) => a.distance - b.distance)[0]?.word;
}

/**
 * Levenshtein's distance, a swap of neighbours counting once (optimal string alignment); Infinity as soon as it is surely beyond
 * the maximum.
 */
function editDistance(a: string, b: string): number {
  let before: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + (isSame ? 0 : 1),
          isSwap ? (before[column - 2] ?? 0) + 1 : Infinity,
        ),
      );
    }
    if (Math.min(...last, ...current) > MAX_DISTANCE) return Infinity;
    [before, last] = [last, current];
  }
  return last[b.length] ?? 0;
}
