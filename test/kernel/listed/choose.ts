/** One of these, at random. */
export type Choose = <T>(among: readonly T[]) => T;

/** The same choices for the same seed (mulberry32). */
export function chooser(seed: number): Choose {
  let state = seed;
  return (among) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return among[((mixed ^ (mixed >>> 14)) >>> 0) % among.length]!;
  };
}
