import { HOOKS, type TableFamily } from '../../../model/ruleset.ts';
import type { TableDraft } from '../syntax/table-builder.ts';
import type { Expression, Relation } from '../syntax/syntax.ts';

/**
 * Whether iptables with the nf_tables back end keeps this table, going by its names. `nft list` shows such a table as
 * iptables would translate it, and the translation says at times something else than the kernel does.
 */
export function isIptablesTable({ family, name, chains }: TableDraft): boolean {
  if ((family !== 'ip' && family !== 'ip6') || !NAMES.has(name)) return false;
  return HOOKS.some((hook) => chains.get(hook.toUpperCase())?.base?.hook === hook);
}

const NAMES: ReadonlySet<string> = new Set(['raw', 'mangle', 'nat', 'filter', 'security']);

/**
 * How much a translated test shows of the test that iptables made, found by comparing iptables 1.8 with its own translations:
 * - `unknown`: `--ports 5:9` loses the middle of the range and its negation, `--ctstate NEW,DNAT` loses NEW, older versions
 *   test `! --ctstate A,B` for equality, and for IPv6 `--dst-type UNICAST` is shown as a type that no local address has;
 *   `! --mss` also matches a packet without the option, which its translation does not;
 * - `necessary`: of `--src-type` and `--dst-type` only the first is shown, so there may be a second test.
 */
export function coverageOf(
  { left, operator, right }: Relation,
  family: TableFamily,
): 'exact' | 'necessary' | 'unknown' {
  switch (left.kind) {
    case 'concat':
      return left.parts.some(isSourcePort) ? 'unknown' : 'exact';
    case 'ct':
      if (left.key === 'status') return 'unknown';
      return left.key === 'state' && operator === '!=' && right.kind === 'list' ? 'unknown' : 'exact';
    case 'opaque':
      return left.option?.header === 'tcp' && operator === '!=' ? 'unknown' : 'exact';
    case 'fib':
      if (left.result !== 'type') return 'exact';
      if (family === 'ip6' && !(right.kind === 'word' && right.text === 'local')) return 'unknown';
      return left.inputs[0] === 'saddr' ? 'necessary' : 'exact';
    default:
      return 'exact';
  }
}

function isSourcePort(expression: Expression): boolean {
  return expression.kind === 'field' && expression.name === 'sport';
}

/** `ct mark set ct mark xor 0x1 and 0xff`: iptables means first `and`, then `xor`; nft reads it the other way. */
export function isMisorderedMark(value: Expression): boolean {
  return value.kind === 'binary' && (value.operator === '^' || isMisorderedMark(value.left));
}
