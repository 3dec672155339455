import { intervalSet, type Bound } from '../../../../net/interval-set.ts';
import { MAX_PORT } from '../../../../net/port-range.ts';
import type { PortCondition } from './rule.ts';

/** Ports that a component of Windows holds open at the moment: none that an ordinary program listens on. */
const KEYWORDS = [
  'RPC',
  'RPC-EPMap',
  'RPCEPMap',
  'Teredo',
  'IPTLSIn',
  'IPHTTPSIn',
  'IPTLSOut',
  'IPHTTPSOut',
  'DHCP',
  'Ply2Disc',
  'PlayToDiscovery',
  'mDNS',
  'TcpCDPSvc',
  'CortanaOut',
  'WFDCDPSvc',
];

/** Ports, ranges and keywords; null where one of them is none of these. */
export function parsePorts(words: readonly string[]): PortCondition | null {
  const bounds: Bound[] = [];
  const keywords: string[] = [];
  for (const word of words.flatMap((each) => each.split(',')).map((each) => each.trim())) {
    const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(word) ?? [];
    if (first !== undefined) {
      const [from, to] = [Number(first), Number(last)];
      if (from > to || to > MAX_PORT) return null;
      bounds.push(from, to + 1);
      continue;
    }
    const keyword = KEYWORDS.find((one) => one.toLowerCase() === word.toLowerCase());
    if (keyword === undefined) return null;
    keywords.push(keyword);
  }
  return { in: intervalSet(bounds), keywords, entries: bounds.length / 2 + keywords.length };
}
