import { lookUp } from '../../vocabulary/own-property.ts';
import { PROTOCOLS } from '../../vocabulary/protocols.ts';
import { parseC } from '../../vocabulary/strtoul.ts';

/** A protocol's number from its name or number; 0 is all. */
export function protocolNumber(text: string): number | undefined {
  const name = text.toLowerCase();
  const protocol = parseC(text) ?? lookUp(PROTOCOLS, name) ?? lookUp(ALL, name);
  return protocol !== undefined && protocol <= 255 ? protocol : undefined;
}

/** How a protocol is written. */
export const PROTOCOL_FIX = 'give a protocol name or a number from 0 to 255';

/** What /etc/protocols calls 0. */
const ALL: Readonly<Record<string, number>> = { ip: 0, hopopt: 0 };
