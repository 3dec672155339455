/**
 * Text from outside made safe for a terminal: control characters (C0, DEL, C1) and the Unicode characters that
 * reorder or hide text (bidi controls, zero-width, line separators) become visible `\xNN` or `\u{…}` escapes.
 */
export function printable(text: string): string {
  return text.replace(HIDDEN, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

// eslint-disable-next-line no-control-regex -- control characters are what this looks for
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu;
