import { ADDRESS_BITS, type Family } from '../../../../net/address.ts';
import { isWithin, overlaps, type IntervalSet } from '../../../../net/interval-set.ts';
import type { Assumption } from '../../../model/assumptions.ts';
import { numberIn, unknown, type Match } from '../../../model/match.ts';
import { isAllBits, undo, withoutMask } from './bits.ts';
import { maskedSet } from '../../../../net/address-blocks.ts';
import type { Values } from './values/collected.ts';
import type { ConstantSelector, Selector } from './select/selector.ts';

/** The selected part of the packet is one of the values. */
export function matchValues(selector: Selector, { set, names, unknowns }: Values, text: () => string): Match {
  if (selector.kind === 'opaque') {
    const isDrawn = selector.reason.code === 'chance';
    return unknown(text(), selector.reason, undefined, isDrawn ? 'own' : undefined);
  }
  const known = selector.kind === 'interface' ? matchNames(selector, names) : matchSet(selector, set, text);
  if (unknowns.length === 0) return known;
  return set.length === 0 && names.length === 0 ? anyOf(unknowns) : { kind: 'any', of: [known, ...unknowns] };
}

function matchNames({ field }: Extract<Selector, { kind: 'interface' }>, names: readonly string[]): Match {
  return { kind: 'interface', field, in: names };
}

function matchSet(
  selector: Exclude<Selector, { kind: 'interface' | 'opaque' }>,
  set: IntervalSet,
  text: () => string,
): Match {
  switch (selector.kind) {
    case 'number': {
      if (selector.where !== undefined) {
        const { where, ...plain } = selector;
        return orUnknown(matchSet(plain, set, text), where);
      }
      const { field, type, bits } = selector;
      if (isAllBits(bits, type.bits)) return numberIn(field, set);
      const undone = undo(bits, set);
      if (undone === undefined) return unknown(text(), { code: 'unsupported' });
      const plain = withoutMask(undone, bits.and % 2 ** type.bits, type.bits);
      return plain === undefined ? numberIn(field, undone, bits.and) : numberIn(field, plain);
    }
    case 'address': {
      const { field, family, mask } = selector;
      if (field.startsWith('ct-') && isShifted(set, family))
        return unknown(text(), { code: 'shifted-prefix' });
      const addresses = mask === null ? set : maskedSet(set, mask, family);
      return addresses === undefined
        ? unknown(text(), { code: 'unsupported' })
        : { kind: 'address', field, family, in: addresses };
    }
    case 'constant':
      return matchConstant(selector, set, text);
  }
}

/**
 * Whether it holds an address that begins with a zero byte: `ct original saddr 10.30.0.0/16` after `meta nfproto ipv4` is listed as
 * `ct original ip saddr 0.0.10.30` (nft 1.0.6).
 */
function isShifted(set: IntervalSet, family: Family): boolean {
  const first = 1n << BigInt(ADDRESS_BITS[family] - 8);
  return set.some((from, at) => at % 2 === 0 && from < first && (set[at + 1] ?? 0) <= first);
}

/** The match where the assumption holds, and where it does not perhaps. */
function orUnknown(match: Match, assumption: Assumption): Match {
  const kind = 'assumed';
  const known: Match = { kind: 'all', of: [{ kind, holds: true, assumption }, match] };
  return { kind: 'any', of: [known, { kind, holds: false, assumption }] };
}

function matchConstant(
  { type, known, value, below, bits, assumption }: ConstantSelector,
  set: IntervalSet,
  text: () => string,
): Match {
  if (below !== undefined) {
    if (!isAllBits(bits, type.bits)) return unknown(text(), { code: 'tcp-options' });
    return assumedWithin([value, below], set, assumption) ?? unknown(text(), { code: 'tcp-options' });
  }
  const isKnown = (((bits.and & ~known) >>> 0) & 0xffff) === 0;
  if (!isKnown) return unknown(text(), { code: 'header-field' });
  const seen = (((value & bits.and) ^ bits.xor) >>> 0) >>> bits.shift;
  const holds = set.some((bound, index) => index % 2 === 0 && bound <= seen && seen < (set[index + 1] ?? 0));
  return { kind: 'assumed', holds, assumption };
}

/** `undefined` where some of the values are in the set and others are not. */
export function assumedWithin(
  values: IntervalSet,
  set: IntervalSet,
  assumption: Assumption,
): Match | undefined {
  if (isWithin(values, set)) return { kind: 'assumed', holds: true, assumption };
  return overlaps(values, set) ? undefined : { kind: 'assumed', holds: false, assumption };
}

export function anyOf(matches: readonly Match[]): Match {
  const [first] = matches;
  return matches.length === 1 && first !== undefined ? first : { kind: 'any', of: matches };
}

export function allOf(matches: readonly Match[]): Match {
  const [first] = matches;
  return matches.length === 1 && first !== undefined ? first : { kind: 'all', of: matches };
}
