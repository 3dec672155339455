import { tryParseIpv4 } from './ipv4-number.ts';

/**
 * Reads an IPv6 address (RFC 4291, also with a dotted IPv4 tail, also IPv4-mapped) as a number, `undefined` when it is
 * none. For rulesets, which hold whatever their tool prints; what people give goes through the stricter `tryParseAddress`.
 */
export function tryParseIpv6(text: string): bigint | undefined {
  const gap = text.indexOf('::');
  const head = groups(gap < 0 ? text : text.slice(0, gap), gap < 0);
  const tail = gap < 0 ? [] : groups(text.slice(gap + 2), true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (gap < 0 ? missing !== 0 : missing < 1) return undefined;
  let value = 0n;
  for (const group of head) value = (value << 16n) | BigInt(group);
  value <<= BigInt(16 * missing);
  for (const group of tail) value = (value << 16n) | BigInt(group);
  return value;
}

/** The 16-bit groups of one side of `::`; only the last may be IPv4. */
function groups(text: string, isLast: boolean): number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const values: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (GROUP.test(part)) {
      values.push(parseInt(part, 16));
      continue;
    }
    const ipv4 = isLast && index === parts.length - 1 ? tryParseIpv4(part) : undefined;
    if (ipv4 === undefined) return undefined;
    values.push(Math.floor(ipv4 / 65536), ipv4 % 65536);
  }
  return values;
}

const GROUP = /^[0-9a-f]{1,4}$/i;
