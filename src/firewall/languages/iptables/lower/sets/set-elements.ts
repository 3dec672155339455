import { parseC } from '../../../vocabulary/strtoul.ts';
import { isInterfaceLength } from '../../../../model/interface-name.ts';
import { equals, numberIn, PROTOCOL, unknown, type Match } from '../../../../model/match.ts';
import type { IpSet, IpSetElement } from '../../ipset/parse-ipset.ts';
import type { RuleContext } from '../context.ts';
import { parseProtocol } from '../protocol.ts';
import { parseNumber, parsePorts, PORT_STYLES } from '../values.ts';
import { networkOf } from './set-addresses.ts';

/** Sets of several dimensions. An element counts where no narrower one hides it. */
export function elementsMatch(set: IpSet, directions: readonly string[], context: RuleContext): Match {
  const tested = set.elements.map((element) => ({
    element,
    lengths: lengthsOf(element, set),
    match: elementMatch(element, set, directions, context),
  }));
  const hiding = tested.filter(({ element }) => element.isException || set.dimensions.includes('iface'));
  if (hiding.length * tested.length > MAX_PAIRS) return unknown(set.name, { code: 'too-many-exceptions' });
  return {
    kind: 'any',
    of: tested
      .filter(({ element }) => !element.isException)
      .map(({ element, lengths, match }) => {
        const hidden = hiding.filter(
          (other) => isNarrower(other.lengths, lengths) && mayMeet(other.element, element, set),
        );
        if (hidden.length === 0) return match;
        const hides = hidden.map((other) => hidingMatch(other, set, directions, context));
        return { kind: 'all', of: [match, { kind: 'not', of: { kind: 'any', of: hides } }] };
      }),
  };
}

const MAX_PAIRS = 1_000_000;

/** The lengths of its networks: the kernel asks the longest first, and of two networks the first before the second. */
function lengthsOf({ parts }: IpSetElement, { dimensions, family }: IpSet): readonly number[] {
  const whole = family === 4 ? 32 : 128;
  return parts.flatMap((part, index) => {
    if (dimensions[index] !== 'net') return [];
    const slash = part.indexOf('/');
    return [slash < 0 ? whole : Number(part.slice(slash + 1))];
  });
}

function isNarrower(lengths: readonly number[], than: readonly number[]): boolean {
  const differs = lengths.findIndex((length, index) => length !== than[index]);
  return differs >= 0 && (lengths[differs] ?? 0) > (than[differs] ?? 0);
}

/** Elements that differ in an address or a port never match one packet. */
function mayMeet(a: IpSetElement, b: IpSetElement, { dimensions }: IpSet): boolean {
  return dimensions.every(
    (dimension, index) => dimension === 'net' || dimension === 'iface' || a.parts[index] === b.parts[index],
  );
}

/** In a set of networks and interfaces the kernel stops at the longest network with the address, whatever its interface. */
function hidingMatch(
  { element, match }: { readonly element: IpSetElement; readonly match: Match },
  set: IpSet,
  directions: readonly string[],
  context: RuleContext,
): Match {
  const iface = set.dimensions.indexOf('iface');
  if (iface < 0) return match;
  const network = dimensionMatch(0, element, set, directions, context);
  const isBridged = element.parts[iface]?.startsWith('physdev:') === true;
  const open = [
    ...(isBridged ? [unknown(set.name, { code: 'link-layer' })] : []),
    ...(element.isTemporary ? [expires(set)] : []),
  ];
  return { kind: 'all', of: [network, ...open] };
}

function elementMatch(
  element: IpSetElement,
  set: IpSet,
  directions: readonly string[],
  context: RuleContext,
): Match {
  const tests = set.dimensions.map((_, index) => dimensionMatch(index, element, set, directions, context));
  return { kind: 'all', of: element.isTemporary ? [...tests, expires(set)] : tests };
}

function dimensionMatch(
  index: number,
  { parts, isWildcard }: IpSetElement,
  set: IpSet,
  directions: readonly string[],
  context: RuleContext,
): Match {
  const part = parts[index] ?? '';
  const isSource = directions[index] === 'src';
  switch (set.dimensions[index]) {
    case 'ip':
    case 'net':
      // Of several addresses at once the kernel masks some and some not, so that they are never found.
      if (set.netmask !== null && set.dimensions.length > 1 && /[-/]/.test(part))
        return unknown(part, { code: 'netmask-of-several' });
      return {
        kind: 'address',
        field: isSource ? 'source' : 'destination',
        family: context.family,
        in: networkOf(part, set, context, index),
      };
    case 'port':
      return portMatch(part, isSource, set, context);
    case 'iface':
      if (!isInterfaceLength(part.replace(/^physdev:/, '')))
        throw context.fail('an interface name that is too long', part, 'give the output of "ipset save"');
      return part.startsWith('physdev:')
        ? unknown(part, { code: 'link-layer' })
        : {
            kind: 'interface',
            field: isSource ? 'in-interface' : 'out-interface',
            in: [isWildcard ? `${part}*` : part],
          };
    case 'mark':
      return equals('mark', parseNumber(part, context));
    case 'mac':
      return unknown(`${set.name} ${parts.join(',')}`, { code: 'link-layer' });
    default:
      return unknown(part, { code: 'unknown-set-dimension', dimension: set.dimensions[index] ?? '' });
  }
}

/** TCP, UDP, SCTP, UDP-Lite; for ICMP the set contains type and code instead, for others nothing. */
const PORT_PROTOCOLS = [6, 17, 132, 136];

/** `tcp:80`, `udp:53-60`, or a bare port: TCP's, but in a bitmap, which contains only ports, that of any transport. */
function portMatch(part: string, isSource: boolean, set: IpSet, context: RuleContext): Match {
  const field = isSource ? 'source-port' : 'destination-port';
  if (part.endsWith(':'))
    throw context.fail('a protocol without its port', part, 'give the output of "ipset save"');
  const colon = part.indexOf(':');
  const protocol = colon < 0 ? PROTOCOL.tcp : parseProtocol(part.slice(0, colon), context);
  if (!PORT_PROTOCOLS.includes(protocol))
    return { kind: 'all', of: [equals('protocol', protocol), unknown(part, { code: 'icmp-type' })] };
  const ports = numberIn(field, parsePorts(forwards(part.slice(colon + 1)), context, PORT_STYLES.dashed));
  return set.isBitmap ? ports : { kind: 'all', of: [equals('protocol', protocol), ports] };
}

/** ipset turns ranges of numbers round that run backwards. */
function forwards(range: string): string {
  const [first = '', last, ...rest] = range.split('-');
  const [from, to] = [parseC(first), parseC(last ?? first)];
  const isBackwards = rest.length === 0 && from !== undefined && to !== undefined && to < from;
  return isBackwards ? `${last ?? ''}-${first}` : range;
}

/**
 * A listing shows a set as it was then: what leaves it by itself may be gone by the time of the packet. No packet is plain for that: who
 * is listed is listed.
 */
export function expires({ name }: IpSet): Match {
  return unknown(`set ${name}`, { code: 'expiring-elements' }, { isEither: true, list: listOf(name) });
}

/** What a set is called among the lists that packets change. */
export function listOf(name: string): string {
  return `ipset ${name}`;
}
