/** Types whose values are single words, as far as is known. */
const KNOWN_TYPES: ReadonlySet<string> = new Set([
  ...['ipv4_addr', 'ipv6_addr', 'inet_service', 'inet_proto', 'mark', 'icmpv6_type', 'ifname'],
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

/** Whether the type's values are single words, as far as is known. */
export function isKnownType(type: string): boolean {
  return KNOWN_TYPES.has(type);
}
