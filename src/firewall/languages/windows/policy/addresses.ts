import { ADDRESS_BITS, tryParseAddress, type Family } from '../../../../net/address.ts';
import { tryParseIpv4 } from '../../../../net/ipv4-number.ts';
import { addressRange } from '../../../../net/address-set.ts';
import { union, type IntervalSet } from '../../../../net/interval-set.ts';
import type { AddressCondition, Keyword } from './rule.ts';

/** Words for addresses that the machine knows, as the registry, the cmdlets and WMI spell them. */
const KEYWORDS = [
  'LocalSubnet',
  'DNS',
  'DHCP',
  'WINS',
  'DefaultGateway',
  'IntrAnet',
  'Intranet',
  'IntErnet',
  'Internet',
  'Ply2Renders',
  'PlayToDevice',
  'PlayToTargets',
  'RmtIntrAnet',
  'IntranetRemoteAccess',
  'CaptivePortal',
];

const WORDS: ReadonlyMap<string, string> = new Map(KEYWORDS.map((word) => [word.toLowerCase(), word]));

/**
 * Addresses, subnets by length or mask, ranges and keywords; null where one of them is none of these, and for a subnet or range that
 * the firewall takes for invalid.
 */
export function parseAddresses(
  words: readonly { readonly text: string; readonly family: Family | null }[],
): AddressCondition | null {
  const found: Record<Family, IntervalSet[]> = { 4: [], 6: [] };
  const keywords: Keyword[] = [];
  for (const { text, family } of words) {
    const keyword = keywordOf(text, family);
    if (keyword !== null) {
      keywords.push(keyword);
      continue;
    }
    const one = parseOne(text);
    if (one === null || (family !== null && one.family !== family)) return null;
    found[one.family].push(one.in);
  }
  return { in: { 4: union(...found[4]), 6: union(...found[6]) }, keywords };
}

/** The cmdlets restrict a keyword to a family by a digit: `LocalSubnet4`. */
function keywordOf(text: string, family: Family | null): Keyword | null {
  const [, stem, digit] = /^([A-Za-z]\w*?)([46])?$/.exec(text) ?? [];
  const word = stem === undefined ? undefined : WORDS.get(stem.toLowerCase());
  if (word === undefined) return null;
  return { word, family: digit === undefined ? family : digit === '4' ? 4 : 6 };
}

function parseOne(text: string): { readonly family: Family; readonly in: IntervalSet } | null {
  const [from = '', to, ...more] = text.split('-');
  if (more.length > 0) return null;
  if (to !== undefined) {
    const [first, last] = [tryParseAddress(from), tryParseAddress(to)];
    if (first === undefined || last === undefined) return null;
    if (first.family !== last.family || first.value > last.value) return null;
    return { family: first.family, in: addressRange(first.family, first.value, last.value) };
  }
  const [address = '', size, ...others] = text.split('/');
  if (others.length > 0) return null;
  const ipv4 = tryParseIpv4(address);
  if (ipv4 !== undefined) {
    const length = size === undefined ? 32 : lengthOf(size, 4);
    if (length === null || length < 1) return null;
    const count = 2 ** (32 - length);
    const first = ipv4 - (ipv4 % count);
    return { family: 4, in: [first, first + count] };
  }
  const base = tryParseAddress(address);
  if (base === undefined) return null;
  const length = size === undefined ? 128 : lengthOf(size, 6);
  if (length === null || length < 1) return null;
  const host = BigInt(128 - length);
  const first = (base.value >> host) << host;
  return { family: 6, in: [first, first + (1n << host)] };
}

/** A prefix length, or an IPv4 mask whose bits are contiguous. */
function lengthOf(size: string, family: Family): number | null {
  if (/^\d{1,3}$/.test(size)) return Number(size) <= ADDRESS_BITS[family] ? Number(size) : null;
  const mask = family === 4 ? tryParseIpv4(size) : undefined;
  if (mask === undefined) return null;
  // So many addresses share what the mask keeps: a power of two, where its bits are contiguous.
  const bits = Math.log2(2 ** 32 - mask);
  return Number.isInteger(bits) ? ADDRESS_BITS[family] - bits : null;
}
