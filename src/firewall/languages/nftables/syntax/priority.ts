import { parseNumber } from './number.ts';
import { PRIORITY, type Hook, type TableFamily } from '../../../model/ruleset.ts';

/** The priority of a name, and the hooks that have it, where not all do. */
type Named = readonly [priority: number, ...hooks: readonly Hook[]];

/** nft 1.0.6 takes the names of NAT on the first of their hooks only, later versions on the second too. */
const IP: Readonly<Record<string, Named>> = {
  raw: [PRIORITY.raw],
  mangle: [PRIORITY.mangle],
  dstnat: [PRIORITY.dstnat, 'prerouting', 'output'],
  filter: [PRIORITY.filter],
  security: [PRIORITY.security],
  srcnat: [PRIORITY.srcnat, 'postrouting', 'input'],
};

const BRIDGE: Readonly<Record<string, Named>> = {
  dstnat: [-300, 'prerouting'],
  filter: [-200],
  out: [100, 'output'],
  srcnat: [300, 'postrouting'],
};

const ONLY_FILTER: Readonly<Record<string, Named>> = { filter: [PRIORITY.filter] };

const NAMES: Readonly<Record<TableFamily, Readonly<Record<string, Named>>>> = {
  ip: IP,
  ip6: IP,
  inet: IP,
  bridge: BRIDGE,
  arp: ONLY_FILTER,
  netdev: ONLY_FILTER,
};

/** A chain's priority from its number or its name, which differs by family and hook; NaN for neither. */
export function priorityNumber(text: string, family: TableFamily, hook: Hook): number {
  const [, sign = '', digits = ''] = /^(-?)(\w+)$/.exec(text) ?? [];
  const number = parseNumber(digits);
  if (number !== undefined && number < 2 ** 31) return sign === '-' ? -number : number;
  const names = NAMES[family];
  const named = Object.hasOwn(names, text) ? names[text] : undefined;
  if (named === undefined) return NaN;
  const [priority, ...hooks] = named;
  return hooks.length === 0 || hooks.includes(hook) ? priority : NaN;
}
