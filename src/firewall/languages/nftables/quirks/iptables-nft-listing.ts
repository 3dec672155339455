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
 * What a translated test tells of the one behind it, found by comparing iptables 1.8 with its own translations:
 * - `nothing`: `--ports 5:9` loses the middle of the range and its negation, `--ctstate NEW,DNAT` loses NEW, older versions
 *   test `! --ctstate A,B` for equality, and for IPv6 `--dst-type UNICAST` is shown as a type that no local address has;
 *   `! --mss` also matches a packet without the option, which its translation does not;
 * - `needed`: of `--src-type` and `--dst-type` only the first is shown, so more may be asked than is.
 */
export function coverageOf(
  { left, operator, right }: Relation,
  family: TableFamily,
): 'all' | 'needed' | 'nothing' {
  switch (left.kind) {
    case 'concat':
      return left.parts.some(isSourcePort) ? 'nothing' : 'all';
    case 'ct':
      if (left.key === 'status') return 'nothing';
      return left.key === 'state' && operator === '!=' && right.kind === 'list' ? 'nothing' : 'all';
    case 'opaque':
      return left.option?.header === 'tcp' && operator === '!=' ? 'nothing' : 'all';
    case 'fib':
      if (left.result !== 'type') return 'all';
      if (family === 'ip6' && !(right.kind === 'word' && right.text === 'local')) return 'nothing';
      return left.inputs[0] === 'saddr' ? 'needed' : 'all';
    default:
      return 'all';
  }
}

function isSourcePort(expression: Expression): boolean {
  return expression.kind === 'field' && expression.name === 'sport';
}

/** `ct mark set ct mark xor 0x1 and 0xff`: iptables means first `and`, then `xor`; nft reads it the other way. */
export function isMisorderedMark(value: Expression): boolean {
  return value.kind === 'binary' && (value.operator === '^' || isMisorderedMark(value.left));
}
