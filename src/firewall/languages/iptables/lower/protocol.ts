import { PROTOCOL_FIX, protocolNumber } from '../syntax/protocol-number.ts';
import type { RuleContext } from './context.ts';

/** A protocol's number from its name or number; 0 is all. */
export function parseProtocol(text: string, context: RuleContext): number {
  const protocol = protocolNumber(text);
  if (protocol !== undefined) return protocol;
  throw context.fail('not a protocol', text, PROTOCOL_FIX);
}
