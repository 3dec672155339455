import { parseNumber } from './gather-numbers.ts';
import { PRIORITY, type TableFamily } from '../ruleset.ts';

const BRIDGE: Readonly<Record<string, number>> = { dstnat: -300, filter: -200, out: 100, srcnat: 300 };
const IP: Readonly<Record<string, number>> = PRIORITY;

/** A chain's priority from its number or its name, which differs by family; NaN for neither. */
export function priorityNumber(text: string, family: TableFamily): number {
  const [, sign = '', digits = ''] = /^(-?)(\w+)$/.exec(text) ?? [];
  const number = parseNumber(digits);
  if (number !== undefined && number < 2 ** 31) return sign === '-' ? -number : number;
  const names = family === 'bridge' ? BRIDGE : IP;
  return (Object.hasOwn(names, text) ? names[text] : undefined) ?? NaN;
}
