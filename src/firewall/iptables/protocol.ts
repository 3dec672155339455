import { lookUp } from '../look-up.ts';
import type { RuleContext } from './module.ts';
import { PROTOCOLS } from '../protocols.ts';
import { parseC } from '../c-number.ts';

/** A protocol's number from its name or number; 0 is all. */
export function parseProtocol(text: string, context: RuleContext): number {
  const protocol = parseC(text) ?? lookUp(PROTOCOLS, text.toLowerCase()) ?? lookUp(ALL, text.toLowerCase());
  if (protocol !== undefined && protocol <= 255) return protocol;
  throw context.fail('not a protocol', text, 'give a protocol name or a number from 0 to 255');
}

/** What the machine's list of protocols calls 0. */
const ALL: Readonly<Record<string, number>> = { ip: 0, hopopt: 0 };
