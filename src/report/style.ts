/** What a colour means; never the only carrier of the meaning. */
export type Tone = 'pass' | 'fail' | 'unproven' | 'dim' | 'strong';

/** How a reporter may draw: decided by cli/, from flags, environment and stream. */
export interface Style {
  /** Columns to fit in; null = no limit (a pipe). */
  readonly width: number | null;
  /** Every row of its own, where rows that say the same would be one. */
  readonly isVerbose?: boolean;
  readonly paint: Readonly<Record<Tone, (text: string) => string>>;
}
