import type { Origin } from '../syntax/origin.ts';
import { placeIn } from '../../../model/source-location.ts';
import { valueEnd } from './document.ts';

/** The origin of a listing in JSON: parsed values do not know their offset, so an error looks for the word in its object. */
export function jsonOrigin(file: string, text: string): Origin {
  return {
    placeAt: (offset) => placeIn(file, text, offset),
    placeOf: (word, start) => placeIn(file, text, word === null ? start : offsetOf(word.text, text, start)),
  };
}

/** The origin of a rule that a listing has as one string: the place of that string. */
export function stringOrigin(value: string, start: number, { placeOf }: Origin): Origin {
  return { placeAt: () => placeOf({ kind: 'word', text: value, at: 0 }, start), placeOf };
}

/** The offset of a value in the object that begins at `start`: of a string of its own, else of a part of one or of a number. */
export function offsetOf(value: string, text: string, start: number): number {
  const object = text.slice(start, valueEnd(text, start) ?? text.length);
  const string = object.indexOf(JSON.stringify(value));
  const found = string >= 0 ? string : object.indexOf(value);
  return found < 0 || value === '' ? start : start + found;
}
