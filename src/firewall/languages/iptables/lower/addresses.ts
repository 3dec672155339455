import { unknown, type AddressField, type Match } from '../../../model/match.ts';
import type { RuleContext } from './context.ts';
import { parseNetwork } from './values.ts';

/** `-s` and `-d`: one network or, as people write it, several joined by commas. */
export function addressMatch(field: AddressField, text: string, context: RuleContext): Match {
  if (!text.includes(',')) return oneAddress(field, text, context);
  return { kind: 'any', of: text.split(',').map((part) => oneAddress(field, part, context)) };
}

/** One network, or a name that is not known. */
export function oneAddress(field: AddressField, text: string, context: RuleContext): Match {
  const set = parseNetwork(text, context);
  if (set === undefined) {
    return unknown(text, { code: text.includes('/') ? 'unsupported-mask' : 'host-name' });
  }
  return { kind: 'address', field, family: context.family, in: set };
}
