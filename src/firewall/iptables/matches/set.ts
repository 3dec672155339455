import { subtract, union, type IntervalSet } from '../../../net/interval-set.ts';
import { negate, unknown, type Match } from '../../match.ts';
import { badRuleset } from '../../place.ts';
import type { IpSet } from '../ipset.ts';
import type { MatchModule, RuleContext } from '../module.ts';
import { elementsMatch, expires, networkOf } from './set-elements.ts';

/** Options that make a lookup depend on the set's counters. */
const COUNTERS = ['--packets-eq', '--packets-lt', '--packets-gt', '--bytes-eq', '--bytes-lt', '--bytes-gt'];

export const SET: MatchModule = {
  options: {
    '--match-set': { values: 2, match: null },
    '--return-nomatch': { values: 0, match: null },
    '--update-counters': { values: 0, match: null },
    '--update-subcounters': { values: 0, match: null },
    ...Object.fromEntries(COUNTERS.map((name) => [name, { values: 1, match: null }])),
  },
  implies: (given, text, context) => {
    const words = text.split(' ');
    const at = words.indexOf('--match-set');
    const [name, directions] = words.slice(at + 1);
    if (at < 0 || name === undefined || directions === undefined)
      throw context.fail('-m set without a set', undefined, 'write --match-set NAME DIRECTIONS');
    if (given.has('--return-nomatch')) return [unknown(text, 'matches only the exceptions of the set')];
    const match = setMatch(name, directions.split(','), context);
    const isNegated = words[at - 1] === '!';
    if (!COUNTERS.some((option) => given.has(option))) return [isNegated ? negate(match) : match];
    // Whether `!` covers the counters too differs from kernel to kernel.
    const counters = unknown(text, 'depends on counters of the set');
    return isNegated ? [counters] : [match, counters];
  },
};

function setMatch(name: string, directions: readonly string[], context: RuleContext): Match {
  const text = `--match-set ${name} ${directions.join(',')}`;
  const set = context.sets.get(name);
  if (set === undefined) return unknown(text, `the contents of set ${name} are not given (ipset save)`);
  if (set.unread !== null)
    return unknown(text, `set ${name} has an option this program does not read (${set.unread})`);
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
    const sure = address(union(...lasting.map((network) => network.in)));
    if (temporary.length === 0) return sure;
    const maybe = address(union(...temporary.map((network) => network.in)));
    return {
      kind: 'any',
      of: [sure, { kind: 'all', of: [maybe, expires(set)] }],
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
