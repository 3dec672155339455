import { protocolNumber } from '../syntax/protocol-number.ts';
import type { RuleContext } from './context.ts';

/** A protocol's number from its name or number; 0 is all. */
export function parseProtocol(text: string, context: RuleContext): number {
  const protocol = protocolNumber(text);
  if (protocol !== undefined) return protocol;
  throw context.fail('not a protocol', text, 'give a protocol name or a number from 0 to 255');
}
