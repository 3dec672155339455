/**
 * Reads a dotted IPv4 address as a number, `undefined` when it is none. As strict as {@link tryParseAddress}, but
 * without a bigint: rulesets hold hundreds of thousands of addresses. `start` and `end` bound what is read of the text.
 */
export function tryParseIpv4(text: string, start = 0, end = text.length): number | undefined {
  let value = 0;
  let part = 0;
  let digits = 0;
  let dots = 0;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      if (digits === 0 || ++dots > 3) return undefined;
      value = value * 256 + part;
      part = digits = 0;
    } else if (code >= ZERO && code <= NINE) {
      if (digits === 1 && part === 0) return undefined;
      part = part * 10 + (code - ZERO);
      if (++digits > 3 || part > 255) return undefined;
    } else return undefined;
  }
  return dots === 3 && digits > 0 ? value * 256 + part : undefined;
}

const DOT = 46;
const ZERO = 48;
const NINE = 57;
