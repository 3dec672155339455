import { parseC } from '../../../vocabulary/strtoul.ts';
import { compareBounds, type IntervalSet } from '../../../../../net/interval-set.ts';
import { tryParseIpv4 } from '../../../../../net/ipv4-number.ts';
import { tryParseIpv6 } from '../../../../../net/ipv6-number.ts';
import type { IpSet } from '../../ipset/parse-ipset.ts';
import type { RuleContext } from '../context.ts';
import { block } from '../../../../../net/address-blocks.ts';
import { parseNetwork, plainNetwork } from '../values.ts';

/** The addresses of one part of an element: an address, a network or an IPv4 range; `index` is its dimension. */
export function networkOf(text: string, set: IpSet, context: RuleContext, index = 0): IntervalSet {
  const { family } = context;
  const isOne = isAlwaysOne(set, index, context);
  const plain = !isOne && set.netmask === null ? plainNetwork(text, family) : undefined;
  if (plain !== undefined) return plain;
  const dash = text.indexOf('-');
  if (dash < 0) return widened(network(text, text, isOne, context), set, context);
  if (isOne || family === 6 || text.includes('/')) throw notAnAddress(text, context);
  // ipset swaps the ends of a backwards range.
  const bounds = [text.slice(0, dash), text.slice(dash + 1)]
    .flatMap((end) => network(end, text, true, context))
    .sort(compareBounds);
  return widened([bounds[0] ?? 0, bounds.at(-1) ?? 0], set, context);
}

/** An `ip` is one address in IPv6, after another dimension, and with a link address. */
function isAlwaysOne({ dimensions }: IpSet, index: number, { family }: RuleContext): boolean {
  return dimensions[index] === 'ip' && (family === 6 || index > 0 || dimensions[1] === 'mac');
}

function network(text: string, whole: string, isOne: boolean, context: RuleContext): IntervalSet {
  const bits = context.family === 4 ? 32 : 128;
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const length = slash < 0 ? bits : parseC(text.slice(slash + 1));
  if (length === undefined || length > bits)
    throw context.fail('not a network mask', text.slice(slash + 1), `give a length from 0 to ${bits}`);
  const isAddress = (bits === 32 ? tryParseIpv4(address) : tryParseIpv6(address)) !== undefined;
  const bounds = isAddress ? parseNetwork(`${address}/${length}`, context) : undefined;
  if (bounds === undefined || (isOne && length !== bits)) throw notAnAddress(whole, context);
  return bounds;
}

function notAnAddress(text: string, context: RuleContext): Error {
  return context.fail('not an address', text, 'give the output of "ipset save"');
}

/** To the networks the set's netmask makes of it. */
function widened(bounds: IntervalSet, { netmask }: IpSet, { family }: RuleContext): IntervalSet {
  const [from = 0, to = 0] = bounds;
  const hostBits = netmask === null ? 0 : (family === 4 ? 32 : 128) - netmask;
  if (hostBits === 0) return bounds;
  const [low = 0] = block(from, hostBits);
  const [, high = 0] = block(typeof to === 'number' ? to - 1 : to - 1n, hostBits);
  return [low, high];
}
