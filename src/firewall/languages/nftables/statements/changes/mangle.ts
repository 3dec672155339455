import type { AssignEffect, Effect } from '../../../../model/action.ts';
import { WHOLE_OPTIONS } from '../../../../model/assumptions.ts';
import { PROTOCOL, type Match } from '../../../../model/match.ts';
import type { Reason } from '../../../../model/reason.ts';
import { ENOUGH_HOPS } from '../../../vocabulary/enough-hops.ts';
import { readExpression as readJsonExpression } from '../../json/expression.ts';
import { isObject } from '../../json/shape.ts';
import { NO_OPERATION, operate, type Bits } from '../../lower/bits.ts';
import { protocolDependencies } from '../../lower/dependencies.ts';
import { badRule, type TableContext } from '../../lower/context.ts';
import type { Lowered } from '../../lower/lowered.ts';
import { TYPES } from '../../lower/values/number-type.ts';
import { select } from '../../lower/select/select.ts';
import { numberOf } from '../../lower/values/collect-numbers.ts';
import { isConstant, neededToRead } from '../../lower/needed-to-read.ts';
import { isOfLaterVersion, readKey } from '../../lower/sets/lookup-key.ts';
import { lookUpMap, type ElementMeaning } from '../../lower/sets/map-lookup.ts';
import { isMisorderedMark } from '../../quirks/iptables-nft-listing.ts';
import { formatExpression, formatValue } from '../../syntax/format.ts';
import { parseNumber } from '../../syntax/number.ts';
import type { Expression, Mangle, Verdict } from '../../syntax/syntax.ts';
import { isVerdict } from '../../syntax/verdict.ts';
import { readSource } from '../../text/expression.ts';
import type { ParserState } from '../../text/scan/parser-state.ts';
import { readNumber } from '../../text/values.ts';
import type { NftStatement } from '../statement.ts';

/** `meta mark set 1`, `ct mark set meta mark`, `ip dscp set cs1`; libnftables-json(5) names it MANGLE. */
export const MANGLE: NftStatement<Mangle> = {
  kind: 'mangle',
  textAfterKey: {
    set: (state, target) => {
      state.lexer.next();
      return { kind: 'mangle', target, value: readValue(state) };
    },
  },
  json: { mangle: readJson },
  lower,
  format,
};

function readValue(state: ParserState): Expression {
  const { lexer } = state;
  const first = readSource(state);
  // Several labels or events: `new,related`, and `0x1,0x4` with nft -n.
  const isNumber = first.kind === 'word' && first.text.startsWith('0x');
  const isName = first.kind === 'word' && /^[a-z]/i.test(first.text);
  while ((isName || isNumber) && lexer.skip(','))
    if (isNumber) readNumber(state, 'a number of bits');
    else lexer.string('a name');
  return first;
}

function readJson(content: unknown): Mangle | undefined {
  if (!isObject(content)) return undefined;
  const target = readJsonExpression(content.key);
  // What is not known may be a mark.
  return target.kind === 'opaque' && target.reason.code === 'unsupported'
    ? undefined
    : { kind: 'mangle', target, value: readJsonExpression(content.value) };
}

function format({ target, value }: Mangle): string {
  return `${formatExpression(target)} set ${formatValue(target, value)}`;
}

type MarkValue = NonNullable<AssignEffect['value']>;

/** Of all that can be set, only marks and hop limits matter to a later test. */
function lower(statement: Mangle, context: TableContext): Lowered {
  const { target, value } = statement;
  refuseRange(value, context);
  const field = markOf(target);
  if (field === undefined) return lowerOther(statement, context);
  if (value.kind === 'map') {
    const meaningOf = (data: Expression | Verdict): ElementMeaning => {
      refuseRange(data, context);
      const effect: Effect = {
        kind: 'assign',
        field,
        value: isVerdict(data) ? null : markValue(data, context),
      };
      return { id: JSON.stringify(effect), effects: [effect] };
    };
    return lookUpMap(value.key, value.data, field, meaningOf, () => format(statement), context);
  }
  const isKnown = !(context.isIptablesListing && field === 'ct-mark' && isMisorderedMark(value));
  return {
    matches: neededToRead(value, context),
    effects: [{ kind: 'assign', field, value: isKnown ? markValue(value, context) : null }],
  };
}

function refuseRange(value: Expression | Verdict, context: TableContext): void {
  if (value.kind === 'range')
    throw badRule(
      context,
      value,
      '`set` takes one value, not a range',
      formatExpression(value),
      'set one value',
    );
}

function markOf(target: Expression): 'mark' | 'ct-mark' | undefined {
  if (target.kind === 'meta' && target.key === 'mark') return 'mark';
  return target.kind === 'ct' && target.key === 'mark' ? 'ct-mark' : undefined;
}

/** A target that is not a mark. */
function lowerOther(statement: Mangle, context: TableContext): Lowered {
  const { target, value } = statement;
  const matches = neededToSet(statement, context);
  const isOdd = value.kind !== 'map' && value.kind !== 'word' && isOfLaterVersion(readKey(value, context));
  const reason: Reason | null = isOdd ? { code: 'unsupported' } : whyFollowed(target, value);
  if (reason !== null) return { matches, effects: [{ kind: 'unknown', text: format(statement), reason }] };
  if (value.kind !== 'map') return { matches, effects: hopLimitEffects(target, value) };
  const found = lookUpMap(
    value.key,
    value.data,
    'set',
    () => ({ id: '', effects: hopLimitEffects(target, null) }),
    () => format(statement),
    context,
  );
  return { matches: [...matches, ...found.matches], effects: found.effects };
}

/** Without a header that is written the rule ends; without an option that is written it goes on. */
function neededToSet({ target, value }: Mangle, context: TableContext): readonly Match[] {
  const ofValue = value.kind === 'map' ? [] : neededToRead(value, context);
  if (target.kind === 'ct') return ofValue;
  if (target.kind === 'opaque' && target.text.startsWith('tcp option '))
    return [...protocolDependencies(PROTOCOL.tcp), WHOLE_OPTION, ...ofValue];
  return [...select(target, context).dependencies, ...ofValue];
}

const WHOLE_OPTION: Match = { kind: 'assumed', holds: true, assumption: WHOLE_OPTIONS };

function hopLimitEffects(target: Expression, value: Expression | null): readonly Effect[] {
  if (target.kind !== 'field' || target.header !== 'ip6' || target.name !== 'hoplimit') return [];
  const hops = value?.kind === 'word' ? parseNumber(value.text) : undefined;
  const known = hops === undefined ? null : ({ from: 'mark', and: 0, xor: hops } as const);
  return [{ kind: 'assign', field: 'hop-limit', value: known }];
}

/** Why the fate of the packet may depend on what is set; null where nothing does. */
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
      if (OTHER_OPTION.test(target.text) && isNumeric(value)) return REWRITES;
      return SEGMENT_SIZE.test(target.text) && isNumeric(value) ? null : { code: 'unsupported' };
    default:
      return { code: 'unsupported' };
  }
}

const REWRITES: Reason = { code: 'rewrites-packet' };

/** Of the options of TCP numbers can be set; but for the size of segments the other end may refuse what was changed. */
const MAX_OF_OPTION = 0x10000;
const SEGMENT_SIZE = /^tcp option (?:maxseg|mss) size$/;
const OTHER_OPTION = /^tcp option (?:window|timestamp) (?:count|tsval|tsecr)$/;

function isNumeric(value: Expression): boolean {
  switch (value.kind) {
    case 'word':
      return (parseNumber(value.text) ?? MAX_OF_OPTION) < MAX_OF_OPTION;
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

/** What no test of this program reads and no receiver minds. */
const CT_KEYS: ReadonlySet<string> = new Set(['label', 'event', 'helper', 'secmark']);
const META_KEYS: ReadonlySet<string> = new Set(['priority', 'nftrace', 'secmark']);
const HARMLESS: ReadonlyMap<string, readonly string[]> = new Map([
  ['vlan', ['id', 'pcp', 'cfi', 'dei']],
  ['ip', ['dscp', 'ecn', 'id']],
  ['ip6', ['dscp', 'ecn', 'flowlabel']],
]);

/** A constant, or a mark with bits cleared and flipped; null for what is not known. */
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
  if (from !== undefined) return { from, bits: NO_OPERATION };
  if (value.kind !== 'binary') return undefined;
  const left = derive(value.left, context);
  const constant = isConstant(value.right) ? numberOf(value.right, TYPES.mark, context) : undefined;
  const bits =
    left === undefined || constant === undefined ? undefined : operate(left.bits, value.operator, constant);
  return left === undefined || bits === undefined ? undefined : { from: left.from, bits };
}
