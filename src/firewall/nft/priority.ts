import { parseNumber } from './gather-numbers.ts';
import { PRIORITY, type Hook, type TableFamily } from '../ruleset.ts';

const BRIDGE: Readonly<Record<string, number>> = { dstnat: -300, filter: -200, out: 100, srcnat: 300 };
const IP: Readonly<Record<string, number>> = PRIORITY;

const ONLY_FILTER: Readonly<Record<string, number>> = { filter: PRIORITY.filter };

/** Names that only some hooks know; those of NAT a later nft takes on either side. */
const HOOKS_OF: ReadonlyMap<string, readonly Hook[]> = new Map<string, readonly Hook[]>([
  ['dstnat', ['prerouting', 'output']],
  ['srcnat', ['postrouting', 'input']],
  ['out', ['output']],
]);

/** A chain's priority from its number or its name, which differs by family and hook; NaN for neither. */
export function priorityNumber(text: string, family: TableFamily, hook: Hook): number {
  const [, sign = '', digits = ''] = /^(-?)(\w+)$/.exec(text) ?? [];
  const number = parseNumber(digits);
  if (number !== undefined && number < 2 ** 31) return sign === '-' ? -number : number;
  if (HOOKS_OF.get(text)?.includes(hook) === false) return NaN;
  const names = family === 'bridge' ? BRIDGE : family === 'arp' || family === 'netdev' ? ONLY_FILTER : IP;
  return (Object.hasOwn(names, text) ? names[text] : undefined) ?? NaN;
}
