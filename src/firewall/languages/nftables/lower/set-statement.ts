import { ENOUGH_HOPS } from '../../vocabulary/enough-hops.ts';
import { formatStatement } from '../syntax/format-statement.ts';
import type { AssignEffect, Effect } from '../../../model/action.ts';
import { ALL_BITS, operate, type Bits } from './bits.ts';
import { choose, isVerdict, type Choice, type Outcome } from './sets/map-lookup.ts';
import { badRule, type TableContext } from './context.ts';
import { formatExpression } from '../syntax/format.ts';
import { numberOf, parseNumber } from './sets/collect-numbers.ts';
import { isOfLaterVersion, readKey } from './sets/lookup-key.ts';
import { TYPES } from './select/number-type.ts';
import { select } from './select/select.ts';
import { isMisorderedMark } from '../quirks/iptables-nft-listing.ts';
import type { Expression, Statement, Verdict } from '../syntax/syntax.ts';
import type { Reason } from '../../../model/reason.ts';

type Assign = Extract<Statement, { kind: 'assign' }>;
type MarkValue = NonNullable<AssignEffect['value']>;

/** `meta mark set …`, `ct mark set …`, `tcp dport set …`: of all that can be set, a question follows the marks. */
export function assignChoice({ target, value }: Assign, origin: Statement, context: TableContext): Choice {
  refuseRange(value, context);
  const field = markOf(target);
  if (field === undefined) return otherTarget(target, value, origin, context);
  if (value.kind === 'map') {
    const outcomeOf = (data: Expression | Verdict): Outcome => {
      refuseRange(data, context);
      const effect: Effect = {
        kind: 'assign',
        field,
        value: isVerdict(data) ? null : markValue(data, context),
      };
      return { id: JSON.stringify(effect), effects: [effect] };
    };
    return choose(value.key, value.data, field, outcomeOf, origin, context);
  }
  const isKnown = !(context.isTranslated && field === 'ct-mark' && isMisorderedMark(value));
  return {
    matches: readKey(value, context).needs,
    effects: [{ kind: 'assign', field, value: isKnown ? markValue(value, context) : null }],
  };
}

function refuseRange(value: Expression | Verdict, context: TableContext): void {
  if (value.kind === 'range')
    throw badRule(context, value, 'a range behind set', formatExpression(value), 'set one value');
}

function markOf(target: Expression): 'mark' | 'ct-mark' | undefined {
  if (target.kind === 'meta' && target.key === 'mark') return 'mark';
  return target.kind === 'ct' && target.key === 'mark' ? 'ct-mark' : undefined;
}

/** What a rule sets besides marks matters only where a question knows the field. */
function otherTarget(
  target: Expression,
  value: Expression,
  origin: Statement,
  context: TableContext,
): Choice {
  const { needs } = select(target, context);
  const matches = target.kind === 'ct' ? [] : needs;
  const isOdd = value.kind !== 'map' && value.kind !== 'word' && isOfLaterVersion(readKey(value, context));
  const reason: Reason | null = isOdd ? { code: 'unsupported' } : whyFollowed(target, value);
  if (reason !== null)
    return { matches, effects: [{ kind: 'unknown', text: formatStatement(origin), reason }] };
  if (value.kind !== 'map') return { matches, effects: hopLimitEffects(target, value) };
  const found = choose(
    value.key,
    value.data,
    'set',
    () => ({ id: '', effects: hopLimitEffects(target, null) }),
    origin,
    context,
  );
  return { matches: [...matches, ...found.matches], effects: found.effects };
}

function hopLimitEffects(target: Expression, value: Expression | null): readonly Effect[] {
  if (target.kind !== 'field' || target.header !== 'ip6' || target.name !== 'hoplimit') return [];
  const hops = value?.kind === 'word' ? parseNumber(value.text) : undefined;
  const known = hops === undefined ? null : ({ from: 'mark', and: 0, xor: hops } as const);
  return [{ kind: 'assign', field: 'hop-limit', value: known }];
}

/** Why the packet may fare otherwise for what is set; null where nothing depends on it. */
function whyFollowed(target: Expression, value: Expression): Reason | null {
  switch (target.kind) {
    case 'ct':
      if (target.key === 'zone') return { code: 'conntrack-zone' };
      return target.direction === null && CT_KEYS.has(target.key) ? null : { code: 'unsupported' };
    case 'meta':
      if (target.key === 'pkttype') return REWRITES;
      return META_KEYS.has(target.key) ? null : { code: 'unsupported' };
    case 'field': {
      const { header, name } = target;
      if (HARMLESS.get(header)?.includes(name) === true) return null;
      if (name !== 'ttl' && name !== 'hoplimit') return REWRITES;
      const hops = value.kind === 'word' ? parseNumber(value.text) : undefined;
      return hops !== undefined && hops >= ENOUGH_HOPS ? null : { code: 'hop-limit' };
    }
    case 'raw':
      // Its bits may be addresses, ports or flags.
      return target.base === 'll' ? null : REWRITES;
    case 'opaque':
      return OPTION_FIELD.test(target.text) && isNumeric(value) ? null : { code: 'unsupported' };
    default:
      return { code: 'unsupported' };
  }
}

const REWRITES: Reason = { code: 'rewrites-packet' };

/** Of the options of TCP numbers can be set. */
const MOST_OF_OPTION = 0x10000;
const OPTION_FIELD = /^tcp option (?:maxseg|mss|window|timestamp) (?:size|count|tsval|tsecr)$/;

function isNumeric(value: Expression): boolean {
  switch (value.kind) {
    case 'word':
      return (parseNumber(value.text) ?? MOST_OF_OPTION) < MOST_OF_OPTION;
    case 'prefix':
    case 'range':
    case 'concat':
    case 'list':
    case 'set':
    case 'reference':
      return false;
    default:
      return true;
  }
}

/** What can be set besides what a question follows, and no receiver minds. */
const CT_KEYS: ReadonlySet<string> = new Set(['label', 'event', 'helper', 'secmark']);
const META_KEYS: ReadonlySet<string> = new Set(['priority', 'nftrace', 'secmark']);
const HARMLESS: ReadonlyMap<string, readonly string[]> = new Map([
  ['vlan', ['id', 'pcp', 'cfi', 'dei']],
  ['ip', ['dscp', 'ecn', 'id']],
  ['ip6', ['dscp', 'ecn', 'flowlabel']],
]);

/** A constant, or a mark with bits cut out and turned over; null for what is not known. */
function markValue(value: Expression, context: TableContext): MarkValue | null {
  const constant = isConstant(value) ? numberOf(value, TYPES.mark, context) : undefined;
  if (constant !== undefined) return { from: 'mark', and: 0, xor: constant };
  const derived = derive(value, context);
  return derived?.bits.shift === 0
    ? { from: derived.from, and: derived.bits.and, xor: derived.bits.xor }
    : null;
}

function derive(
  value: Expression,
  context: TableContext,
): { from: 'mark' | 'ct-mark'; bits: Bits } | undefined {
  const from = markOf(value);
  if (from !== undefined) return { from, bits: ALL_BITS };
  if (value.kind !== 'binary') return undefined;
  const left = derive(value.left, context);
  const constant = isConstant(value.right) ? numberOf(value.right, TYPES.mark, context) : undefined;
  const bits =
    left === undefined || constant === undefined ? undefined : operate(left.bits, value.operator, constant);
  return left === undefined || bits === undefined ? undefined : { from: left.from, bits };
}

function isConstant(value: Expression): boolean {
  return (
    value.kind === 'word' || (value.kind === 'binary' && isConstant(value.left) && isConstant(value.right))
  );
}
