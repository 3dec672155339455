import { subtract, union, type IntervalSet } from '../../../net/interval-set.ts';
import { equals, numberIn, unknown, type Match } from '../../match.ts';
import type { IpSet, IpSetElement, NamedSets } from '../ipset.ts';
import type { MatchModule, RuleContext } from '../module.ts';
import { parseProtocol } from '../protocol.ts';
import { parseNetwork, parseNumber, parsePorts } from '../values.ts';

/** Options that make a lookup depend on the set's counters. */
const COUNTERS = ['--packets-eq', '--packets-lt', '--packets-gt', '--bytes-eq', '--bytes-lt', '--bytes-gt'];

export const SET: MatchModule = {
  options: {
    '--match-set': {
      values: 2,
      match: ([name = '', directions = ''], context) => setMatch(name, directions.split(','), context),
    },
    '--return-nomatch': { values: 0, match: null },
    '--update-counters': { values: 0, match: null },
    '--update-subcounters': { values: 0, match: null },
    ...Object.fromEntries(COUNTERS.map((name) => [name, { values: 1, match: null }])),
  },
  implies: (given, text) =>
    [...COUNTERS, '--return-nomatch'].some((option) => given.has(option))
      ? [unknown(text, 'depends on counters of the set')]
      : [],
};

function setMatch(name: string, directions: readonly string[], context: RuleContext): Match {
  const text = `--match-set ${name} ${directions.join(',')}`;
  const set = context.sets.get(name);
  if (set === undefined) return unknown(text, `the contents of set ${name} are not given (ipset save)`);
  if (set.unread !== null)
    return unknown(text, `set ${name} has an option this program does not read (${set.unread})`);
  if (set.dimensions[0] === 'set') return listMatch(set, directions, context.sets, context);
  if (directions.length < set.dimensions.length || set.family !== context.family)
    return { kind: 'any', of: [] };
  if (set.dimensions.some((dimension) => dimension === 'mac'))
    return unknown(text, 'depends on the link layer');
  return isAddressSet(set)
    ? addressSetMatch(set, directions, context)
    : elementsMatch(set, directions, context, text);
}

function listMatch(list: IpSet, directions: readonly string[], sets: NamedSets, context: RuleContext): Match {
  const rest = new Map([...sets].filter(([name]) => name !== list.name));
  const inner = { ...context, sets: rest, fail: context.fail.bind(context) };
  return {
    kind: 'any',
    of: list.elements.map(({ parts: [name = ''] }) => setMatch(name, directions, inner)),
  };
}

function isAddressSet({ dimensions }: IpSet): boolean {
  return dimensions.length === 1 && (dimensions[0] === 'ip' || dimensions[0] === 'net');
}

/** Exceptions cut from wider networks and are themselves cut by narrower ones: the kernel asks the narrowest first. */
function addressSetMatch(set: IpSet, [direction]: readonly string[], context: RuleContext): Match {
  const field = direction === 'src' ? 'source' : 'destination';
  const networks = set.elements.map((element) => ({
    element,
    in: networkOf(element.parts[0] ?? '', set, context),
  }));
  const address = (bounds: IntervalSet): Match => ({
    kind: 'address',
    field,
    family: set.family,
    in: bounds,
  });
  const temporary = networks.filter(({ element }) => element.isTemporary);
  const lasting = networks.filter(({ element }) => !element.isTemporary);
  const exceptions = networks.filter(({ element }) => element.isException);
  if (exceptions.length === 0) {
    const sure = address(union(...lasting.map((network) => network.in)));
    if (temporary.length === 0) return sure;
    const maybe = address(union(...temporary.map((network) => network.in)));
    return {
      kind: 'any',
      of: [sure, { kind: 'all', of: [maybe, unknown(set.name, 'the element expires by itself')] }],
    };
  }
  if (temporary.length > 0) return unknown(set.name, 'elements of the set expire by themselves');
  const byWidth = [...networks].sort((a, b) => Number(width(b.in) - width(a.in)));
  return address(
    byWidth.reduce<IntervalSet>(
      (sum, { element, in: network }) => (element.isException ? subtract(sum, network) : union(sum, network)),
      [],
    ),
  );
}

function width([from = 0, to = 0]: IntervalSet): bigint {
  return BigInt(to) - BigInt(from);
}

function elementsMatch(set: IpSet, directions: readonly string[], context: RuleContext, text: string): Match {
  if (set.elements.some(({ isException }) => isException))
    return unknown(text, 'exceptions in a set of several dimensions');
  return { kind: 'any', of: set.elements.map((element) => elementMatch(element, set, directions, context)) };
}

function elementMatch(
  element: IpSetElement,
  set: IpSet,
  directions: readonly string[],
  context: RuleContext,
): Match {
  const tests = element.parts.map((part, index) =>
    dimensionMatch(set.dimensions[index] ?? '', part, directions[index] === 'src', set, context),
  );
  return {
    kind: 'all',
    of: element.isTemporary ? [...tests, unknown(set.name, 'the element expires by itself')] : tests,
  };
}

function dimensionMatch(
  dimension: string,
  part: string,
  isSource: boolean,
  set: IpSet,
  context: RuleContext,
): Match {
  switch (dimension) {
    case 'ip':
    case 'net':
      return {
        kind: 'address',
        field: isSource ? 'source' : 'destination',
        family: set.family,
        in: networkOf(part, set, context),
      };
    case 'port':
      return portMatch(part, isSource, context);
    case 'iface':
      return part.startsWith('physdev:')
        ? unknown(part, 'depends on the link layer')
        : { kind: 'interface', field: isSource ? 'in-interface' : 'out-interface', in: [part] };
    case 'mark': {
      const mark = parseNumber(part, context);
      return equals('mark', mark);
    }
    default:
      return unknown(part, `a set dimension this program does not know (${dimension})`);
  }
}

/** `tcp:80`, `udp:53-60`, or a bare port of a bitmap, which means any transport. */
function portMatch(part: string, isSource: boolean, context: RuleContext): Match {
  const field = isSource ? 'source-port' : 'destination-port';
  const colon = part.indexOf(':');
  if (colon < 0) return numberIn(field, parsePorts(part, context, '-'));
  const protocol = parseProtocol(part.slice(0, colon), context);
  const ports = part.slice(colon + 1);
  if (part.startsWith('icmp'))
    return { kind: 'all', of: [equals('protocol', protocol), unknown(part, 'an ICMP type')] };
  return {
    kind: 'all',
    of: [equals('protocol', protocol), numberIn(field, parsePorts(ports, context, '-'))],
  };
}

function networkOf(text: string, set: IpSet, context: RuleContext): IntervalSet {
  const dash = text.indexOf('-');
  if (dash > 0) {
    const [first, last] = [text.slice(0, dash), text.slice(dash + 1)].map(
      (part) => parseNetwork(part, context) ?? [],
    );
    return first?.[0] === undefined || last?.[1] === undefined ? [] : [first[0], last[1]];
  }
  const network = parseNetwork(set.netmask === null ? text : `${text}/${set.netmask}`, context);
  if (network !== undefined) return network;
  throw context.fail(`set ${set.name} holds what is not an address`, text, 'give the output of "ipset save"');
}
