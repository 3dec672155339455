import { isUtf8 } from 'node:buffer';

/** A registry policy file of Windows has bytes and no text: here each byte is one character. */
const REGISTRY_POLICY = [0x50, 0x52, 0x65, 0x67];

/** As regedit wrote it in the code page of the computer. */
const REGISTRY_EXPORT = /^\s*(?:REGEDIT4|Windows Registry Editor)/;

/**
 * The text of a file: UTF-8, or UTF-16 where a byte order mark says so, which is what Windows PowerShell's `>` writes, or zeros show it. The mark
 * itself is no part of the text.
 */
export function decodeText(bytes: Uint8Array): string {
  if (REGISTRY_POLICY.every((byte, index) => bytes[index] === byte)) return latin1(bytes);
  const encoding = encodingOf(bytes);
  if (encoding !== 'utf-8') return inBytes(bytes, encoding);
  const text = new TextDecoder(encoding).decode(bytes);
  // UTF-8 that has the replacement character in it was damaged before it was written: no code page explains it.
  if (isUtf8(bytes) || !REGISTRY_EXPORT.test(text)) return text;
  return new TextDecoder('windows-1252').decode(bytes);
}

/** The engine keeps a text of UTF-16 with two bytes a character, and is slow with it, unless it is made anew from UTF-8. */
function inBytes(bytes: Uint8Array, encoding: 'utf-16le' | 'utf-16be'): string {
  const ascii = asciiOf(bytes, encoding === 'utf-16le' ? 0 : 1);
  const short = ascii ?? new TextEncoder().encode(new TextDecoder(encoding).decode(bytes));
  return new TextDecoder('utf-8', { ignoreBOM: ascii === null }).decode(short);
}

/** The characters behind the byte order mark as a byte each, which is fast; null where one is not of ASCII, or is half there. */
function asciiOf(bytes: Uint8Array, low: 0 | 1): Uint8Array | null {
  const start = encodingByMark(bytes) === null ? 0 : 2;
  if (bytes.length % 2 !== 0) return null;
  const found = new Uint8Array((bytes.length - start) / 2);
  for (let at = start, to = 0; at < bytes.length; at += 2, to++) {
    const byte = bytes[at + low] ?? 0;
    if (byte > 0x7f || bytes[at + 1 - low] !== 0) return null;
    found[to] = byte;
  }
  return found;
}

const CHUNK = 32_768;

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK)
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return text;
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** By the byte order mark; without one, by the zeros between the first letters. */
function encodingOf(bytes: Uint8Array): Encoding {
  const [first, second, third, fourth] = bytes;
  const isLetter = (byte: number | undefined): boolean => byte !== undefined && byte !== 0;
  const marked = encodingByMark(bytes);
  if (marked !== null) return marked;
  if (isLetter(first) && second === 0 && isLetter(third) && fourth === 0) return 'utf-16le';
  return first === 0 && isLetter(second) && third === 0 && isLetter(fourth) ? 'utf-16be' : 'utf-8';
}

function encodingByMark([first, second]: Uint8Array): Encoding | null {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : null;
}
