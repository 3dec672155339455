/** What a refusal can say (nft(8), REJECT STATEMENT). */
export const REJECT_CODES = {
  icmp: [
    ...['net-unreachable', 'host-unreachable', 'prot-unreachable', 'port-unreachable'],
    ...['net-prohibited', 'host-prohibited', 'admin-prohibited', 'frag-needed'],
  ],
  icmpv6: [
    'no-route',
    'admin-prohibited',
    'addr-unreachable',
    'port-unreachable',
    'policy-fail',
    'reject-route',
  ],
  icmpx: ['port-unreachable', 'admin-prohibited', 'no-route', 'host-unreachable'],
} as const satisfies Record<string, readonly string[]>;
