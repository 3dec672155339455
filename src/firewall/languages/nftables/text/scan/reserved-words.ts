/** Words that shape a file in every version of nft, in whatever place: neither a name nor a part of the packet. */
export const STRUCTURE_WORDS: ReadonlySet<string> = new Set([
  ...['eq', 'ne', 'le', 'lt', 'ge', 'gt', 'lshift', 'rshift', 'xor', 'and', 'or', 'not', 'vmap'],
  ...['include', 'define', 'describe', 'hook', 'device', 'table', 'chain', 'rule', 'set', 'element', 'map'],
  ...['handle', 'ruleset', 'accept', 'drop', 'continue', 'jump', 'goto', 'return', 'inet', 'netdev', 'add'],
  ...['replace', 'update', 'create', 'insert', 'delete', 'list', 'flush', 'rename', 'export', 'monitor'],
  ...['position', 'comment', 'constant', 'interval', 'gc-interval', 'elements', 'policy', 'flow', 'counter'],
  ...['log', 'queue', 'limit', 'quota', 'reject', 'snat', 'dnat', 'masquerade', 'redirect', 'bridge'],
  ...['numgen', 'jhash', 'dup', 'fwd', 'notrack', 'tproxy', 'meter'],
]);

/** The same of parts of the packet. Other words only some versions reserve: they may be names. */
export const PACKET_WORDS: ReadonlySet<string> = new Set([
  ...['timeout', 'size', 'hour', 'day', 'random', 'th', 'ether', 'type', 'vlan', 'arp', 'ip', 'ecn', 'icmp'],
  ...['ip6', 'priority', 'icmpv6', 'ah', 'esp', 'comp', 'flags', 'udp', 'udplite', 'tcp', 'dccp', 'sctp'],
  ...['rt', 'rt0', 'rt2', 'hbh', 'frag', 'dst', 'mh', 'meta', 'mark', 'iif', 'iifname', 'iiftype', 'oif'],
  ...['oifname', 'oiftype', 'skuid', 'skgid', 'nftrace', 'rtclassid', 'ibriport', 'obriport', 'pkttype'],
  ...['cpu', 'iifgroup', 'oifgroup', 'cgroup', 'ct'],
]);

/** Those that are values, too: names of protocols, of kinds of messages and of bits. */
const VALUE_WORDS: ReadonlySet<string> = new Set([
  ...['ether', 'ip', 'ip6', 'vlan', 'arp', 'dnat', 'snat', 'ecn', 'tcp', 'udp', 'udplite', 'esp', 'ah'],
  ...['icmp', 'icmpv6', 'comp', 'dccp', 'sctp', 'redirect'],
  // nft lists a translated --ctstatus NONE as `ct status counter packets 0 bytes 0 drop`.
  'counter',
]);

/** A word that can neither name anything nor be a value. */
export function isReserved(word: string): boolean {
  return (STRUCTURE_WORDS.has(word) || PACKET_WORDS.has(word)) && !VALUE_WORDS.has(word);
}
