import { parseC } from '../../vocabulary/strtoul.ts';
import { isShortIpv4 } from '../../vocabulary/inet-aton.ts';
import { lookUp } from '../../vocabulary/own-property.ts';
import { after, block, maskedSet } from '../../../../net/address-blocks.ts';
import { ADDRESS_BITS, type Family } from '../../../../net/address.ts';
import { EVERY_ADDRESS } from '../../../../net/address-set.ts';
import { intervalSet, type Bound, type IntervalSet } from '../../../../net/interval-set.ts';
import { tryParseIpv4 } from '../../../../net/ipv4-number.ts';
import { tryParseIpv6 } from '../../../../net/ipv6-number.ts';
import type { RuleContext } from './context.ts';
import { SERVICES } from '../../vocabulary/services.ts';

/** How an extension of iptables writes ports. */
interface PortStyle {
  readonly separator: ':' | '-';
  /** `:1023` and `1024:` leave an end out. */
  readonly isOpen: boolean;
  /** A range may run backwards: no port is in it. */
  readonly mayRunBackwards?: true;
  readonly number: (text: string) => number | undefined;
}

/** The C library reads the ports of some matches as names of services: `010` is 10 there, not 8, and there is no `0x50`. */
const decimal = (text: string): number | undefined => (/^\d{1,9}$/.test(text) ? Number(text) : undefined);

export const PORT_STYLES = {
  tcp: { separator: ':', isOpen: true, number: parseC },
  udp: { separator: ':', isOpen: true, number: decimal, mayRunBackwards: true },
  multiport: { separator: ':', isOpen: false, number: parseC },
  dashed: { separator: '-', isOpen: false, number: parseC },
} as const satisfies Readonly<Record<string, PortStyle>>;

/** `102`, `http`, `1024:65535`, `:1023`, `1024:` as half-open intervals. */
export function parsePorts(
  text: string,
  context: RuleContext,
  style: PortStyle = PORT_STYLES.tcp,
): IntervalSet {
  const { separator, isOpen } = style;
  const cut = text.indexOf(separator);
  // `ftp-data` is a name, no range.
  if (cut < 0 || (separator === '-' && lookUp(SERVICES, text) !== undefined)) {
    const port = parsePort(text, context, style);
    return [port, port + 1];
  }
  const [first, last] = [text.slice(0, cut), text.slice(cut + 1)];
  const from = isOpen && first === '' ? 0 : parsePort(first, context, style);
  const to = isOpen && last === '' ? 65535 : parsePort(last, context, style);
  if (from > to && style.mayRunBackwards === true) return [];
  if (from > to)
    throw context.fail('a port range with its upper port first', text, 'write the lower port first');
  return [from, to + 1];
}

/** `102,103,10100:10103`. */
export function parsePortList(text: string, context: RuleContext): IntervalSet {
  return intervalSet(
    text.split(',').flatMap((part) => [...parsePorts(part, context, PORT_STYLES.multiport)]),
  );
}

function parsePort(text: string, context: RuleContext, { number }: PortStyle): number {
  const port = number(text) ?? lookUp(SERVICES, text);
  if (port !== undefined && port <= 65535) return port;
  throw context.fail('not a port', text, 'give a number from 0 to 65535');
}

/** A number of up to 32 bits, decimal or 0x hexadecimal, as marks are written. */
export function parseNumber(text: string, context: RuleContext, max = 0xffffffff): number {
  const value = parseC(text);
  if (value !== undefined && value <= max) return value;
  throw context.fail('not a number in range', text, `give a number from 0 to ${max}`);
}

/** `0x1/0xff` or `7`. */
export function parseMasked(text: string, context: RuleContext): { value: number; mask: number | undefined } {
  const slash = text.indexOf('/');
  const [value, mask] = slash < 0 ? [text] : [text.slice(0, slash), text.slice(slash + 1)];
  return {
    value: parseNumber(value, context),
    mask: mask === undefined ? undefined : parseNumber(mask, context),
  };
}

/** One address of the family. */
export function parseAddressBound(text: string, context: RuleContext): Bound {
  const bound = tryParseBound(text, context.family);
  if (bound !== undefined) return bound;
  throw context.fail(`not an IPv${context.family} address`, text, `give an IPv${context.family} address`);
}

/**
 * `10.0.0.0/8`, `10.0.0.0/255.0.0.0` or one address; host bits are ignored as the kernel ignores them. `undefined` for
 * what may be a host name, and for a mask with more holes than intervals can be listed for.
 */
export function parseNetwork(text: string, context: RuleContext): IntervalSet | undefined {
  const { family } = context;
  const plain = plainNetwork(text, family);
  if (plain !== undefined) return plain;
  const slash = text.indexOf('/');
  const end = slash < 0 ? text.length : slash;
  const address = tryParseBound(text.slice(0, end), family);
  if (address === undefined) {
    const name = text.slice(0, end);
    // With such a mask the tools do not read the address: `any/0`.
    if (name !== '' && slash > 0 && isZeroMask(text, slash + 1, family)) return EVERY_ADDRESS[family];
    if (/^(?=.*[a-z])[a-z0-9][a-z0-9.-]*$/i.test(name) || (family === 4 && isShortIpv4(name)))
      return undefined;
    throw context.fail(
      `not an IPv${family} address or network`,
      text,
      `give an IPv${family} address or network`,
    );
  }
  const mask = tryParseBound(text.slice(slash + 1), family);
  if (mask === undefined)
    throw context.fail(
      'not a network mask',
      text.slice(slash + 1),
      `give a length from 0 to ${ADDRESS_BITS[family]}`,
    );
  const base = BigInt(address) & BigInt(mask);
  const one: Bound = family === 4 ? Number(base) : base;
  return maskedSet([one, after(one)], BigInt(mask), family);
}

/** `10.0.0.0/8` or one address, as the tools print them; `undefined` for everything else. */
export function plainNetwork(text: string, family: Family): IntervalSet | undefined {
  const slash = text.lastIndexOf('/');
  const end = slash < 0 ? text.length : slash;
  const address = family === 4 ? tryParseIpv4(text, 0, end) : tryParseIpv6(text, 0, end);
  if (address === undefined) return undefined;
  const bits = ADDRESS_BITS[family];
  const length = slash < 0 ? bits : lengthAt(text, slash + 1);
  return length === undefined || length > bits ? undefined : block(address, bits - length);
}

function isZeroMask(text: string, start: number, family: Family): boolean {
  return lengthAt(text, start) === 0 || Number(tryParseBound(text.slice(start), family)) === 0;
}

/** The decimal number of one to three digits that ends the text; a leading 0 would make it octal. */
function lengthAt(text: string, start: number): number | undefined {
  const end = text.length;
  if (start === end || start + 3 < end) return undefined;
  if (text.charCodeAt(start) === 48 && start + 1 < end) return parseC(text.slice(start));
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return undefined;
    value = value * 10 + digit;
  }
  return value;
}

function tryParseBound(text: string, family: Family): Bound | undefined {
  return family === 4 ? tryParseIpv4(text) : tryParseIpv6(text);
}
