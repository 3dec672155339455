import { badRule, type TableContext } from '../lower/context.ts';
import type { SetDraft } from '../syntax/table-builder.ts';
import { formatExpression } from '../syntax/format.ts';
import { typeNames, type Key } from '../lower/sets/lookup-key.ts';
import { select } from '../lower/select/select.ts';
import type { Selector } from '../lower/select/selector.ts';
import type { Expression } from '../syntax/syntax.ts';

/** The types whose values this program reads, each by a part of the packet that has it. */
const EXAMPLES: Readonly<Record<string, Expression>> = {
  ipv4_addr: { kind: 'field', header: 'ip', name: 'saddr' },
  ipv6_addr: { kind: 'field', header: 'ip6', name: 'saddr' },
  inet_service: { kind: 'field', header: 'tcp', name: 'dport' },
  inet_proto: { kind: 'meta', key: 'l4proto' },
  mark: { kind: 'meta', key: 'mark' },
  icmpv6_type: { kind: 'field', header: 'icmpv6', name: 'type' },
  ifname: { kind: 'meta', key: 'iifname' },
};

/** Types whose values no question depends on, or only in the rules that look for them. */
const OTHERS: ReadonlySet<string> = new Set([
  ...['ether_addr', 'ether_type', 'iface_index', 'iface_type', 'icmp_type', 'icmp_code'],
  ...['icmpv6_code', 'icmpx_code', 'igmp_type', 'ct_state', 'ct_dir', 'ct_status', 'ct_event', 'ct_label'],
  ...['tcp_flag', 'dccp_pkttype', 'dscp', 'ecn', 'realm', 'classid', 'devgroup', 'uid', 'gid', 'pkt_type'],
  ...[
    'fib_addrtype',
    'boolean',
    'time',
    'hour',
    'day',
    'mh_type',
    'arp_op',
    'nf_proto',
    'verdict',
    'counter',
  ],
  ...['quota', 'limit', 'secmark', 'synproxy'],
]);

const OTHER: Expression = { kind: 'opaque', text: 'a value', reason: { code: 'unknown-name' } };

/** Whether the type's values are single words, as far as is known. */
export function isKnownType(type: string): boolean {
  return OTHERS.has(type) || Object.hasOwn(EXAMPLES, type);
}

/** A set only holds what its head tells: to look for anything else in it is a mistake. */
export function refuseOtherType(key: Key, set: SetDraft, context: TableContext): void {
  if (set.types === null) return;
  const told = keyOf(set.types, context);
  const isOther = told.selectors.some((selector, index) => {
    const asked = key.selectors[index];
    return asked !== undefined && isPlain(selector) && isPlain(asked) && nameOf(selector) !== nameOf(asked);
  });
  if (!isOther && told.selectors.length === key.selectors.length) return;
  throw badRule(
    context,
    key.expression,
    `set ${set.name} holds ${set.types.join(' . ')}`,
    formatExpression(key.expression),
    'look into a set of the same type',
  );
}

/** What would be looked for in a set of these types. */
export function keyOf(types: readonly string[], context: TableContext): Key {
  const parts = types.map((type) => (Object.hasOwn(EXAMPLES, type) ? EXAMPLES[type] : undefined) ?? OTHER);
  return {
    expression: { kind: 'concat', parts },
    selectors: parts.map((part) => select(part, context).selector),
    dependencies: [],
  };
}

function isPlain(selector: Selector): boolean {
  return selector.kind === 'address' || (selector.kind === 'number' && PLAIN.has(selector.type.name));
}

const PLAIN: ReadonlySet<string> = new Set(['inet_service', 'inet_proto', 'mark']);

function nameOf(selector: Selector): string {
  return typeNames({ selectors: [selector] });
}
