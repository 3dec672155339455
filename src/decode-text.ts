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
  const text = inBytes(new TextDecoder(encoding).decode(bytes), encoding);
  if (!REGISTRY_EXPORT.test(text) || !text.includes('\ufffd') || encoding !== 'utf-8') return text;
  return new TextDecoder('windows-1252').decode(bytes);
}

/** The engine keeps a text of UTF-16 with two bytes a character, and is slow with it, unless it is made anew from bytes. */
function inBytes(text: string, encoding: string): string {
  if (encoding === 'utf-8') return text;
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(text));
}

const CHUNK = 32_768;

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK)
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return text;
}

/** By the byte order mark; without one, by the zeros between the first letters. */
function encodingOf([first, second, third, fourth]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  const isLetter = (byte: number | undefined): boolean => byte !== undefined && byte !== 0;
  if (isLetter(first) && second === 0 && isLetter(third) && fourth === 0) return 'utf-16le';
  return first === 0 && isLetter(second) && third === 0 && isLetter(fourth) ? 'utf-16be' : 'utf-8';
}
