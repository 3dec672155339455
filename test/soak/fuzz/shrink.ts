import type { RulesetSource } from '../../../src/firewall/languages/dialect.ts';

/** The same complaint with less text. */
export function shrink(
  sources: readonly RulesetSource[],
  isStill: (sources: readonly RulesetSource[]) => boolean,
): readonly RulesetSource[] {
  let best = sources;
  for (const one of sources) if (sources.length > 1 && isStill([one])) best = [one];
  const deadline = Date.now() + PATIENCE_MS;
  best.forEach((_, index) => {
    const replaced = (text: string): readonly RulesetSource[] =>
      best.map((source, at) => (at === index ? { ...source, text } : source));
    const text = cutDown(
      best[index]?.text ?? '',
      (fewer) => Date.now() < deadline && isStill(replaced(fewer)),
    );
    best = replaced(text);
  });
  return best;
}

const PATIENCE_MS = 5000;

/** Leaves out ever smaller pieces. */
function cutDown(text: string, isStill: (text: string) => boolean): string {
  let best = text;
  for (let size = best.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at < best.length;) {
      const fewer = best.slice(0, at) + best.slice(at + size);
      if (isStill(fewer)) best = fewer;
      else at += size;
      if (best.length / size > 2000) break;
    }
  }
  return best;
}
