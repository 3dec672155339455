import { lookUp } from '../../vocabulary/own-property.ts';
import type { RuleContext } from '../modules/module.ts';
import { PROTOCOLS } from '../../vocabulary/protocols.ts';
import { parseC } from '../../vocabulary/strtoul.ts';

/** A protocol's number from its name or number; 0 is all. */
export function parseProtocol(text: string, context: RuleContext): number {
  const protocol = parseC(text) ?? lookUp(PROTOCOLS, text.toLowerCase()) ?? lookUp(ALL, text.toLowerCase());
  if (protocol !== undefined && protocol <= 255) return protocol;
  throw context.fail('not a protocol', text, 'give a protocol name or a number from 0 to 255');
}

/** What the machine's list of protocols calls 0. */
const ALL: Readonly<Record<string, number>> = { ip: 0, hopopt: 0 };
