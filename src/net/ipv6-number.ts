import { tryParseIpv4 } from './ipv4-number.ts';

/**
 * Reads an IPv6 address (RFC 4291, also with a dotted IPv4 tail, also IPv4-mapped) between two offsets of a text as a number,
 * `undefined` when it is none. For rulesets, which hold whatever their tool prints; what people give goes through the stricter
 * `tryParseAddress`.
 */
export function tryParseIpv6(text: string, start = 0, end = text.length): bigint | undefined {
  const groups: number[] = [];
  /** How many groups stand before `::`. */
  let gap = -1;
  let at = start;
  if (text.charCodeAt(at) === COLON && text.charCodeAt(at + 1) === COLON && at + 2 <= end) {
    gap = 0;
    at += 2;
  }
  while (at < end) {
    const from = at;
    let group = 0;
    for (let digit = hexDigit(text, at); digit >= 0 && at < end; digit = hexDigit(text, at)) {
      group = group * 16 + digit;
      at++;
    }
    if (at < end && text.charCodeAt(at) === DOT) {
      const ipv4 = tryParseIpv4(text, from, end);
      if (ipv4 === undefined) return undefined;
      groups.push(Math.floor(ipv4 / 65536), ipv4 % 65536);
      break;
    }
    if (at === from || at > from + 4) return undefined;
    groups.push(group);
    if (at === end) break;
    if (text.charCodeAt(at) !== COLON || ++at === end) return undefined;
    if (text.charCodeAt(at) !== COLON) continue;
    if (gap >= 0) return undefined;
    gap = groups.length;
    at++;
  }
  const missing = 8 - groups.length;
  if (gap < 0 ? missing !== 0 : missing < 1) return undefined;
  return toNumber(gap < 0 ? groups : filled(groups, gap, missing));
}

function filled(groups: readonly number[], gap: number, missing: number): readonly number[] {
  return [...groups.slice(0, gap), ...ZEROS.slice(0, missing), ...groups.slice(gap)];
}

const ZEROS = [0, 0, 0, 0, 0, 0, 0, 0];

/** A number holds three groups exactly. */
function toNumber([a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0]: readonly number[]): bigint {
  return (BigInt(joined(a, b, c)) << 80n) | (BigInt(joined(d, e, f)) << 32n) | BigInt(g * 65536 + h);
}

function joined(high: number, middle: number, low: number): number {
  return (high * 65536 + middle) * 65536 + low;
}

/** Negative for any other character. */
function hexDigit(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

const DOT = 46;
const COLON = 58;
