/** A number of addresses as a person reads it: `65,535`, `2^64`, `about 2^80`. */
export function countText(count: bigint): string {
  if (count < LARGE) return String(count).replaceAll(THOUSANDS, ',');
  const bits = count.toString(2).length;
  if (count === 1n << BigInt(bits - 1)) return `2^${bits - 1}`;
  // Rounded to the nearer power of two.
  const isUpper = count.toString(2).startsWith('11');
  return `about 2^${isUpper ? bits : bits - 1}`;
}

/** Beyond all of IPv4 nobody counts digits. */
const LARGE = 1n << 32n;

/** Between the digits of a number; loading the rules of a language for this takes longer than an audit of many rules. */
const THOUSANDS = /\B(?=(?:\d{3})+$)/g;

/** `65,535 addresses`, `1 address`, `65,535 IPv4 and 2^64 IPv6 addresses`. */
export function addressesText(
  { ipv4, ipv6 }: { readonly ipv4: string; readonly ipv6: string },
  isBare = false,
): string {
  const [four, six] = [BigInt(ipv4), BigInt(ipv6)];
  if (four > 0n && six > 0n)
    return `${countText(four)} IPv4 and ${countText(six)} IPv6${isBare ? '' : ' addresses'}`;
  const count = four + six;
  return isBare ? countText(count) : `${countText(count)} ${count === 1n ? 'address' : 'addresses'}`;
}
