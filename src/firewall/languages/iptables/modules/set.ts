import { subtract, union, unionOf, type IntervalSet } from '../../../../net/interval-set.ts';
import { negate, unknown, type Match } from '../../../model/match.ts';
import { badRuleset } from '../../../model/source-location.ts';
import type { IpSet } from '../ipset/parse-ipset.ts';
import type { MatchModule, MatchOption, RuleContext } from './module.ts';
import { networkOf } from '../ipset/set-addresses.ts';
import { elementsMatch, expires } from '../ipset/set-elements.ts';

/** Options that make a lookup depend on the set's counters. */
const COUNTERS = ['--packets-eq', '--packets-lt', '--packets-gt', '--bytes-eq', '--bytes-lt', '--bytes-gt'];

const MATCH_SET: MatchOption = {
  values: 2,
  slot: 'set',
  match: (values, context) => {
    parseDirections('--match-set', values, context);
    return undefined;
  },
};

export const SET: MatchModule = {
  options: {
    '--match-set': MATCH_SET,
    // As old versions called it.
    '--set': MATCH_SET,
    '--return-nomatch': { values: 0, match: null, isNeverNegated: true, mayRepeat: true },
    '--update-counters': { values: 0, match: null, mayRepeat: true },
    '--update-subcounters': { values: 0, match: null, mayRepeat: true },
    ...Object.fromEntries(COUNTERS.map((name) => [name, counter(name)])),
  },
  implies: (given, text, context) => {
    const words = text.split(' ');
    const at = words.findIndex((word) => word === '--match-set' || word === '--set');
    const [name = '', list = ''] = words.slice(at + 1);
    if (given.has('--return-nomatch')) return [unknown(text, { code: 'only-exceptions' })];
    const match = setMatch(name, directionsOf(list), context);
    const isNegated = words[at - 1] === '!';
    if (!COUNTERS.some((option) => given.has(option))) return [isNegated ? negate(match) : match];
    // Whether `!` covers the counters too differs from kernel to kernel.
    const counters = unknown(text, { code: 'set-counters' });
    return isNegated ? [counters] : [match, counters];
  },
};

function counter(name: string): MatchOption {
  const slot = name.startsWith('--bytes') ? 'bytes' : 'packets';
  return name.endsWith('-eq')
    ? { values: 1, match: null, slot }
    : { values: 1, match: null, slot, isNeverNegated: true };
}

/** What the tools read of `src,dst`: the beginning of each word. */
function directionsOf(list: string): readonly string[] {
  return list.split(',').map((word) => word.slice(0, 3));
}

/** Refuses what the tools do about a set of which all are given: its family, and what is no direction. */
export function parseDirections(
  option: string,
  [name = '', list = '']: readonly string[],
  context: RuleContext,
): void {
  const words = directionsOf(list);
  if (words.length > MOST_DIRECTIONS || words.some((word) => word !== 'src' && word !== 'dst'))
    throw context.fail(`not directions of ${option}`, list, 'write src or dst, or several joined by commas');
  const family = context.sets.get(name)?.family ?? context.family;
  if (family !== context.family)
    throw context.fail(`set ${name} is for IPv${family}`, undefined, `name a set for IPv${context.family}`);
}

/** The kernel's IPSET_DIM_MAX. */
const MOST_DIRECTIONS = 6;

function setMatch(name: string, directions: readonly string[], context: RuleContext): Match {
  const text = `--match-set ${name} ${directions.join(',')}`;
  const set = context.sets.get(name);
  if (set === undefined) return unknown(text, { code: 'set-not-given', set: name });
  if (set.unread !== null) return unknown(text, { code: 'unread-set-option', set: name, option: set.unread });
  if (set.dimensions[0] === 'set') return listMatch(set, directions, context);
  const isOtherFamily = set.family !== null && set.family !== context.family;
  if (directions.length < set.dimensions.length || isOtherFamily) return NOTHING;
  const inside = { ...context, fail: failIn(set) };
  return isAddressSet(set)
    ? addressSetMatch(set, directions, inside)
    : elementsMatch(set, directions, inside);
}

/** What is wrong with an element is told where the set is, not where a rule looks into it. */
function failIn({ name, placeOf }: IpSet): RuleContext['fail'] {
  return (message, value, fix) => badRuleset(placeOf(value ?? ''), `set ${name}: ${message}`, value, fix);
}

/** What a set of the other family, or of more dimensions than directions, says to every packet. */
const NOTHING: Match = { kind: 'any', of: [] };

function listMatch(list: IpSet, directions: readonly string[], context: RuleContext): Match {
  const rest = new Map([...context.sets].filter(([name]) => name !== list.name));
  const inner = { ...context, sets: rest, fail: context.fail.bind(context) };
  return {
    kind: 'any',
    of: list.elements.map((element) => {
      const match = setMatch(element.parts[0] ?? '', directions, inner);
      return element.isTemporary ? { kind: 'all', of: [match, expires(list)] } : match;
    }),
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
    family: context.family,
    in: bounds,
  });
  const temporary = networks.filter(({ element }) => element.isTemporary);
  const lasting = networks.filter(({ element }) => !element.isTemporary);
  const exceptions = networks.filter(({ element }) => element.isException);
  if (exceptions.length === 0) {
    const sure = address(unionOf(lasting.map((network) => network.in)));
    if (temporary.length === 0) return sure;
    const maybe = address(unionOf(temporary.map((network) => network.in)));
    return {
      kind: 'any',
      of: [sure, { kind: 'all', of: [maybe, expires(set)] }],
    };
  }
  if (temporary.length > 0) return unknown(set.name, { code: 'expiring-elements' });
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
