import { ADDRESS_BITS, type Family } from '../../../../../net/address.ts';
import { tryParseIpv4 } from '../../../../../net/ipv4-number.ts';
import { tryParseIpv6 } from '../../../../../net/ipv6-number.ts';
import { after, block } from '../../../../../net/address-blocks.ts';
import type { Bound } from '../../../../../net/interval-set.ts';
import { isShortIpv4 } from '../../../vocabulary/inet-aton.ts';
import { badRule, type TableContext } from '../context.ts';
import { backwards } from './collect-numbers.ts';
import { formatExpression } from '../../syntax/format.ts';
import { parseNumber } from '../../syntax/number.ts';
import { collectUnknown, type Collected } from './collected.ts';
import type { Expression } from '../../syntax/syntax.ts';

/** The addresses of the family an expression names: one, a range, a prefix, or a set of these. */
export function collectAddresses(
  expression: Expression,
  family: Family,
  into: Collected,
  context: TableContext,
): void {
  switch (expression.kind) {
    case 'set':
      for (const { key } of expression.elements) collectAddresses(key, family, into, context);
      return;
    case 'range': {
      const first = addressOf(expression.from, family, context);
      const last = addressOf(expression.to, family, context);
      if (first === undefined || last === undefined) {
        if ((last ?? numberAt(expression.to)) < (first ?? numberAt(expression.from)))
          throw backwards(context, expression);
        collectUnknown(into, expression, { code: 'host-name' });
        return;
      }
      if (last < first) throw backwards(context, expression);
      into.pairs.push(first, after(last));
      return;
    }
    case 'prefix': {
      const address = addressOf(expression.address, family, context);
      if (address === undefined) {
        collectUnknown(into, expression, { code: 'host-name' });
        return;
      }
      // Host bits that are set are ignored, as nft ignores them.
      into.pairs.push(...block(address, prefixHostBits(expression, family, context)));
      return;
    }
    case 'word': {
      const address = addressOf(expression, family, context);
      if (address === undefined) collectUnknown(into, expression, { code: 'host-name' });
      else into.pairs.push(address, after(address));
      return;
    }
    case 'list':
      throw badRule(
        context,
        expression,
        'several addresses without braces',
        formatExpression(expression),
        'write { … }',
      );
    default:
      collectUnknown(into, expression, { code: 'unsupported' });
  }
}

/** An address may be written as one number. */
function numberAt(expression: Expression): number {
  return (expression.kind === 'word' ? parseNumber(expression.text) : undefined) ?? NaN;
}

/** The one address that an expression means; `undefined` for a host name. */
export function addressOf(expression: Expression, family: Family, context: TableContext): Bound | undefined {
  if (expression.kind !== 'word') return undefined;
  const { text } = expression;
  const address = family === 4 ? tryParseIpv4(text) : tryParseIpv6(text);
  if (address !== undefined || HOST_NAME.test(text) || (family === 4 && isShortIpv4(text))) return address;
  throw badRule(context, expression, `not an IPv${family} address`, text, `give an IPv${family} address`);
}

function prefixHostBits(
  prefix: Extract<Expression, { kind: 'prefix' }>,
  family: Family,
  context: TableContext,
): number {
  const { length } = prefix;
  const bits = ADDRESS_BITS[family];
  if (length <= bits) return bits - length;
  throw badRule(context, prefix, 'a prefix length out of range', `/${length}`, `give 0 to ${bits}`);
}

/** A letter tells it apart from a mistyped address. */
const HOST_NAME = /^(?=.*[a-z_])[a-z0-9_][a-z0-9_.-]*$/i;
