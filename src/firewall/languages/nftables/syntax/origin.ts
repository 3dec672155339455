import { placeIn, type SourceLocation } from '../../../model/source-location.ts';
import type { Word } from './syntax.ts';

/** Where what is read comes from: turns what is known of a spot into a place for people. */
export interface Origin {
  /** The place of an offset of the text that is read. */
  readonly placeAt: (offset: number) => SourceLocation;
  /** The place of a word of the rule or set that begins at `start`; null: of that beginning. */
  readonly placeOf: (word: Word | null, start: number) => SourceLocation;
}

/** The origin of a file in nft's own language, where every word knows its offset. */
export function textOrigin(file: string, text: string): Origin {
  const placeAt = (offset: number): SourceLocation => placeIn(file, text, offset);
  return { placeAt, placeOf: (word, start) => placeAt(word?.at ?? start) };
}
