/** A host name as DNS, hosts files and Windows take it: labels of letters, digits, `-` and `_`, 253 characters at most. */
export function isHostName(text: string): boolean {
  return text.length <= 253 && LABELS.test(text) && !ONLY_NUMBERS.test(text);
}

const LABELS =
  /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i;

/** `10.20.0` or `1234` would be taken for an IPv4 address by old resolvers. */
const ONLY_NUMBERS = /^[0-9.]+$/;
