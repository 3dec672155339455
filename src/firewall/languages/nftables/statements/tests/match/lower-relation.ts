import { equals, negate, unknown, type Match } from '../../../../../model/match.ts';
import { isAllBits } from '../../../lower/bits.ts';
import { badRule, type TableContext } from '../../../lower/context.ts';
import { matchValues } from '../../../lower/match-values.ts';
import type { Selector } from '../../../lower/select/selector.ts';
import { after } from '../../../../../../net/address-blocks.ts';
import { addressOf } from '../../../lower/values/collect-addresses.ts';
import { numberOf } from '../../../lower/values/collect-numbers.ts';
import { toValues, type Values } from '../../../lower/values/collected.ts';
import { readKey, type Key } from '../../../lower/sets/lookup-key.ts';
import { collect, lookUpElements, lookUpSet } from '../../../lower/sets/set-lookup.ts';
import { formatExpression } from '../../../syntax/format.ts';
import type { Expression, Operator, Relation, Word } from '../../../syntax/syntax.ts';
import { formatRelation } from './format-relation.ts';
import { withHeaderKnown } from './header-known.ts';
import { presenceMatches } from './presence.ts';

/** `left operator right` as tests that must all hold. */
export function relationMatches(relation: Relation, context: TableContext): readonly Match[] {
  const presence = presenceMatches(relation);
  if (presence !== undefined) return presence;
  const key = readKey(relation.left, context);
  return [...key.dependencies, withHeaderKnown(test(key, relation, context), relation)];
}

function test(key: Key, relation: Relation, context: TableContext): Match {
  const { operator, right } = relation;
  // Of `!=` the test that is negated: whether that holds is what a case tells.
  const tested: Relation = operator === '!=' ? { ...relation, operator: 'implicit' } : relation;
  const text = (): string => formatRelation(tested);
  const [selector] = key.selectors;
  if (selector === undefined || isDynamic(right))
    return unknown(formatRelation(relation), { code: 'compares-two-properties' });
  if (right.kind === 'reference') return withOperator(operator, lookUpSet(key, right, text, context), text);
  if (right.kind === 'set') {
    const mapped = right.elements.find(({ data }) => data !== null);
    if (mapped !== undefined)
      throw badRule(
        context,
        mapped.key,
        'a test against a map',
        formatExpression(mapped.key),
        'write vmap before it, or leave out what follows the colons',
      );
    const single = key.selectors.length > 1 ? undefined : singleFlags(selector, operator, right);
    if (single !== undefined)
      return eitherReading(
        key,
        single,
        relation,
        test(key, { ...relation, right: single }, context),
        context,
      );
    return withOperator(operator, lookUpSet(key, right, text, context), text);
  }
  if (key.selectors.length > 1)
    return withOperator(operator, lookUpElements(key, [{ key: right, data: null }], text, context), text);
  if (operator === '!' && relation.left.kind === 'binary')
    throw badRule(context, right, '"!" after an operation', formatExpression(right), 'write !=');
  if (
    operator === '!' &&
    (selector.kind === 'number' || selector.kind === 'constant') &&
    !selector.type.isFlags
  )
    throw badRule(context, right, '`!` works only with flag types', formatExpression(right), 'write !=');
  if (isBitTest(selector, operator, right)) {
    // `==` with several flags is listed without `==`: what reads as a test for one of them may be one for all.
    const isEither = operator === 'implicit' && right.kind === 'binary' && right.operator === '|';
    return isEither
      ? eitherReading(key, right, relation, bitTest(selector, relation, context), context)
      : bitTest(selector, relation, context);
  }
  if (isComparison(operator)) {
    if (isTranslated(selector) || isType(selector)) return unknown(text(), { code: 'unsupported' });
    return matchValues(selector, compared(operator, selector, right, context), text);
  }
  const plain = right.kind === 'word' ? plainMatch(selector, right, context) : undefined;
  if (plain !== undefined) return withOperator(operator, plain, text);
  return withOperator(
    operator,
    matchValues(selector, toValues(collect(selector, right, context)), text),
    text,
  );
}

/** The most frequent test, for one whole number or address, without a set of values in between. */
function plainMatch(selector: Selector, word: Word, context: TableContext): Match | undefined {
  if (selector.kind === 'number' && isWholeField(selector) && !isTranslated(selector)) {
    const value = numberOf(word, selector.type, context);
    return value === undefined ? undefined : equals(selector.field, value);
  }
  if (selector.kind !== 'address' || selector.mask !== null || selector.field.startsWith('ct-'))
    return undefined;
  const address = addressOf(word, selector.family, context);
  if (address === undefined) return undefined;
  return { kind: 'address', field: selector.field, family: selector.family, in: [address, after(address)] };
}

function isWholeField({ bits, type, where }: Extract<Selector, { kind: 'number' }>): boolean {
  return where === undefined && isAllBits(bits, type.bits);
}

function withOperator(operator: Operator, match: Match, text: () => string): Match {
  if (operator === 'implicit' || operator === '==') return match;
  return operator === '!=' ? negate(match) : unknown(text(), { code: 'unsupported' });
}

/** nft 1.0.6 tests a bit for `ct state new` and its like, unless a mask is written; `!` is always a bit test. */
function isBitTest(selector: Selector, operator: Operator, right: Expression): selector is NumberLike {
  if (selector.kind !== 'number' && selector.kind !== 'constant') return false;
  if (operator === '!') return true;
  const isWhole = selector.kind === 'number' && isAllBits(selector.bits, selector.type.bits);
  return (
    operator === 'implicit' &&
    selector.type.isFlags &&
    isWhole &&
    right.kind !== 'range' &&
    right.kind !== 'prefix'
  );
}

type NumberLike = Extract<Selector, { kind: 'number' | 'constant' }>;

/** At least one of the bits, or for `!` none of them. */
function bitTest(selector: NumberLike, relation: Relation, context: TableContext): Match {
  const bits = numberOf(relation.right, selector.type, context);
  const isNone = relation.operator === '!';
  const masked =
    bits === undefined || selector.bits.xor !== 0 || selector.bits.shift !== 0 ? undefined : bits;
  if (masked === undefined) return unknown(formatRelation(relation), { code: 'unknown-name' });
  const and = (selector.bits.and & masked) >>> 0;
  const none = matchValues({ ...selector, bits: { and, xor: 0, shift: 0 } }, ZERO, () =>
    formatRelation({ ...relation, operator: '!' }),
  );
  return isNone ? none : negate(none);
}

const ZERO: Values = { set: [0, 1], names: [], unknowns: [] };

/** `tcp flags { syn }`: one element, which nft 1.0.6 reads as `tcp flags syn` and others as a set. */
function singleFlags(selector: Selector, operator: Operator, right: Expression): Expression | undefined {
  if (right.kind !== 'set' || right.elements.length !== 1) return undefined;
  if (operator !== 'implicit' || !isBitTest(selector, operator, right)) return undefined;
  const element = right.elements[0]?.key;
  return element?.kind === 'word' && element.text === '*' ? undefined : element;
}

/** Surely where exactly these bits are set, perhaps where one of them is. */
function eitherReading(
  key: Key,
  right: Expression,
  relation: Relation,
  bits: Match,
  context: TableContext,
): Match {
  const text = (): string => formatRelation(relation);
  const exact = lookUpElements(key, [{ key: right, data: null }], text, context);
  const either = unknown(text(), { code: 'ambiguous-flags' });
  return { kind: 'any', of: [exact, { kind: 'all', of: [bits, either] }] };
}

type Comparison = '<' | '<=' | '>' | '>=';

function isComparison(operator: Operator): operator is Comparison {
  return operator === '<' || operator === '<=' || operator === '>' || operator === '>=';
}

function isTranslated(selector: Selector): boolean {
  return selector.kind === 'number' && selector.type.translate !== undefined;
}

/** The order of the types of interfaces means nothing. */
function isType(selector: Selector): boolean {
  return selector.kind === 'interface' && selector.by === 'type';
}

/** The values below or above a number or an address. */
function compared(
  operator: Comparison,
  selector: Selector,
  right: Expression,
  context: TableContext,
): Values {
  if (right.kind === 'range' || right.kind === 'prefix')
    throw badRule(
      context,
      right,
      `a ${right.kind} after ${operator}`,
      formatExpression(right),
      'compare with one value',
    );
  const { pairs, names, unknowns } = collect(selector, right, context);
  const [from, to] = pairs;
  if (from === undefined || to === undefined || pairs.length > 2 || names.length > 0) {
    if (selector.kind === 'opaque' || unknowns.length > 0)
      return toValues({ pairs: [], names: [], unknowns });
    throw badRule(
      context,
      right,
      `\`${operator}\` needs one number or address`,
      undefined,
      'compare with one number or address',
    );
  }
  const isBig = typeof from === 'bigint';
  const zero = isBig ? 0n : 0;
  const end = isBig ? 1n << 128n : 2 ** 32;
  switch (operator) {
    case '<':
      return toValues({ pairs: [zero, from], names: [], unknowns });
    case '<=':
      return toValues({ pairs: [zero, to], names: [], unknowns });
    case '>':
      return toValues({ pairs: [to, end], names: [], unknowns });
    case '>=':
      return toValues({ pairs: [from, end], names: [], unknowns });
  }
}

/** Only in what newer versions of nft write: `ct mark == meta mark`. */
function isDynamic(right: Expression): boolean {
  switch (right.kind) {
    case 'field':
    case 'raw':
    case 'meta':
    case 'ct':
    case 'fib':
    case 'extension':
    case 'opaque':
    case 'map':
      return true;
    case 'binary':
      return isDynamic(right.left) || isDynamic(right.right);
    default:
      return false;
  }
}
