import { groupBy } from '../../../../../group-by.ts';
import { subtract, union, unionOf, type IntervalSet } from '../../../../../net/interval-set.ts';
import { unknown, type Match } from '../../../../model/match.ts';
import { badRuleset } from '../../../../model/source-location.ts';
import type { IpSet } from '../../ipset/parse-ipset.ts';
import type { RuleContext } from '../context.ts';
import { networkOf } from './set-addresses.ts';
import { elementsMatch, expires, listOf } from './set-elements.ts';

/** `--match-set NAME src,dst` */
export function setMatch(name: string, directions: readonly string[], context: RuleContext): Match {
  const text = `--match-set ${name} ${directions.join(',')}`;
  const set = context.sets.get(name);
  if (set === undefined) return unknown(text, { code: 'set-not-given', set: name });
  if (set.unread !== null) return unknown(text, { code: 'unread-set-option', set: name, option: set.unread });
  if (set.dimensions[0] === 'set') return listMatch(set, directions, context);
  const isOtherFamily = set.family !== null && set.family !== context.family;
  if (directions.length < set.dimensions.length || isOtherFamily) return NOTHING;
  const inside = { ...context, fail: failIn(set) };
  const listed = isAddressSet(set)
    ? addressSetMatch(set, directions, inside)
    : elementsMatch(set, directions, inside);
  return set.changes === undefined ? listed : changingMatch(set, directions, { text, listed });
}

/** What the file lists stays, unless rules take elements out; nobody else is in the set before he came. */
function changingMatch(
  set: IpSet,
  directions: readonly string[],
  { text, listed }: { readonly text: string; readonly listed: Match },
): Match {
  const isReduced = set.changes === 'shrinks';
  const perhaps = unknown(
    text,
    { code: 'changing-set' },
    {
      ...(isReduced && set.elements.length > 0 ? {} : { ifPlain: false }),
      list: listOf(set.name),
      ...(!isReduced && isOfSource(set, directions) ? { ownList: listOf(set.name) } : {}),
    },
  );
  return isReduced || set.elements.length === 0 ? perhaps : { kind: 'any', of: [listed, perhaps] };
}

/** It holds the whole addresses of sources. */
export function isOfSource({ dimensions, netmask }: IpSet, directions: readonly string[]): boolean {
  return dimensions.length === 1 && dimensions[0] === 'ip' && netmask === null && directions[0] === 'src';
}
/** An error in an element names the place in the set, not in the rule that looks it up. */
function failIn({ name, placeOf }: IpSet): RuleContext['fail'] {
  return (message, value, fix) => badRuleset(placeOf(value ?? ''), `set ${name}: ${message}`, value, fix);
}

/** What a set of the other family, or of more dimensions than directions, says to every packet. */
const NOTHING: Match = { kind: 'any', of: [] };

function listMatch(list: IpSet, directions: readonly string[], context: RuleContext): Match {
  const rest = new Map([...context.sets].filter(([name]) => name !== list.name));
  const inner = { ...context, sets: rest };
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
  const byWidth = groupBy(networks, (network) => `${width(network.in)}`);
  const widestFirst = [...byWidth].sort(([a], [b]) => Number(width(b?.in ?? []) - width(a?.in ?? [])));
  return address(
    widestFirst.reduce<IntervalSet>((sum, ofOneWidth) => {
      const those = (isException: boolean): readonly IntervalSet[] =>
        ofOneWidth.flatMap((one) => (one.element.isException === isException ? [one.in] : []));
      return subtract(union(sum, unionOf(those(false))), unionOf(those(true)));
    }, []),
  );
}

function width([from = 0, to = 0]: IntervalSet): bigint {
  return BigInt(to) - BigInt(from);
}
