import {
  intersect,
  intervalSet,
  isWithin,
  subtract,
  type IntervalSet,
} from '../../../../../../net/interval-set.ts';
import type { KnownOfTest, Match } from '../../../../../model/match.ts';
import { parseNumber } from '../../../syntax/number.ts';
import type { Expression, Relation } from '../../../syntax/syntax.ts';

/** What is known of a field that whoever sends the packet sets. */
interface SenderField {
  readonly field: NonNullable<KnownOfTest['field']>;
  /** Values that any sender can make arrive. */
  readonly domain: IntervalSet;
  /** Those of a plain packet; null where that differs from one to the next. */
  readonly plain: IntervalSet | null;
}

/** Clients begin with 64, 128 or 255, and no path is longer than 32; whoever sends from afar can't make 255 arrive. */
const TTL: SenderField = { field: 'ttl', domain: [1, 224], plain: [32, 65, 96, 129, 223, 256] };
const DSCP: SenderField = { field: 'dscp', domain: [0, 64], plain: [0, 1] };
/** From a bare header to what every link takes. */
const LENGTH: SenderField = { field: 'length', domain: [60, 1281], plain: null };

/** The test with what is known of the field it reads, where the sender sets that. */
export function withHeaderKnown(match: Match, relation: Relation): Match {
  const known = knownOf(relation);
  return known === undefined ? match : attach(match, known);
}

function attach(match: Match, known: KnownOfTest): Match {
  switch (match.kind) {
    case 'unknown':
      return match.reason.code === 'header-field' ? { ...match, known } : match;
    case 'not':
      return { ...match, of: attach(match.of, known) };
    default:
      return match;
  }
}

function knownOf({ left, operator, right }: Relation): KnownOfTest | undefined {
  const field = fieldOf(left);
  const values = field === undefined ? undefined : valuesOf(right, field === DSCP);
  if (field === undefined || values === undefined) return undefined;
  const [first = 0] = values;
  const end = Number(values.at(-1));
  switch (operator) {
    case 'implicit':
    case '==':
    case '!=':
      return knownOfValues(field, values);
    case '<':
      return knownOfValues(field, [0, Number(first)]);
    case '<=':
      return knownOfValues(field, [0, end]);
    case '>':
      return knownOfValues(field, [end, MAX]);
    case '>=':
      return knownOfValues(field, [Number(first), MAX]);
    default:
      return undefined;
  }
}

const MAX = 2 ** 16;

function knownOfValues({ field, domain, plain }: SenderField, values: IntervalSet): KnownOfTest | undefined {
  const within = intersect(domain, values);
  if (within.length === 0 || subtract(domain, values).length === 0) return undefined;
  const known = { isEither: true, field } as const;
  if (plain === null) return known;
  if (isWithin(plain, values)) return { ...known, ifPlain: true };
  return intersect(plain, values).length === 0 ? { ...known, ifPlain: false } : known;
}

function fieldOf(left: Expression): SenderField | undefined {
  if (left.kind === 'meta') return left.key === 'length' ? LENGTH : undefined;
  if (left.kind !== 'field') return undefined;
  switch (`${left.header} ${left.name}`) {
    case 'ip ttl':
      return TTL;
    case 'ip dscp':
    case 'ip6 dscp':
      return DSCP;
    case 'ip length':
      return LENGTH;
    default:
      return undefined;
  }
}

/** Undefined where it is more than numbers. */
function valuesOf(right: Expression, isDscp: boolean): IntervalSet | undefined {
  switch (right.kind) {
    case 'word': {
      const value = isDscp ? (dscpOf(right.text) ?? parseNumber(right.text)) : parseNumber(right.text);
      return value === undefined ? undefined : [value, value + 1];
    }
    case 'range': {
      const [from, to] = [valuesOf(right.from, isDscp), valuesOf(right.to, isDscp)];
      return from === undefined || to === undefined ? undefined : [from[0] ?? 0, to[1] ?? 0];
    }
    case 'set': {
      const each = right.elements.map(({ key }) => valuesOf(key, isDscp));
      return each.includes(undefined) ? undefined : intervalSet(each.flatMap((one) => one ?? []));
    }
    default:
      return undefined;
  }
}

/** The names of RFC 2474, 2597 and 3246. */
function dscpOf(name: string): number | undefined {
  if (name === 'be') return 0;
  if (name === 'ef') return 46;
  const [, selector] = /^cs([0-7])$/.exec(name) ?? [];
  if (selector !== undefined) return 8 * Number(selector);
  const [, level, drop] = /^af([1-4])([1-3])$/.exec(name) ?? [];
  return level === undefined || drop === undefined ? undefined : 8 * Number(level) + 2 * Number(drop);
}
