import { parseIpsets, type NamedSets } from '../../../src/firewall/languages/iptables/ipset/parse-ipset.ts';
import type { LabHost } from '../lab/lab.ts';

/** Sets for rules to name; their family is the number in the name. */
const TEXT = `create ip4 hash:ip family inet
add ip4 10.77.0.1
add ip4 10.77.0.3
add ip4 10.77.64.1
add ip4 10.77.254.1
create net4 hash:net family inet
add net4 10.77.0.0/18
add net4 10.77.0.128/25 nomatch
add net4 10.77.1.0/24 nomatch
add net4 10.77.1.2
add net4 10.78.0.0/24
create ipport4 hash:ip,port family inet
add ipport4 10.77.0.1,udp:10100
add ipport4 10.77.0.2,tcp:102
add ipport4 10.77.255.1,udp:10101
add ipport4 10.77.255.1,tcp:10102
create netport4 hash:net,port family inet
add netport4 10.77.0.0/16,udp:10100
add netport4 10.77.128.0/17,tcp:10100-10104
add netport4 10.78.0.0/16,udp:101-104
create netnet4 hash:net,net family inet
add netnet4 10.77.0.0/17,10.77.255.0/24
add netnet4 10.77.192.0/18,10.78.0.0/16
create netif4 hash:net,iface family inet
add netif4 10.77.0.0/18,v1b
add netif4 10.78.0.0/16,v2a
create ports4 bitmap:port range 0-20000
add ports4 102-104
add ports4 10100-10102
create list4 list:set
add list4 ip4
add list4 net4
create ip6 hash:ip family inet6
add ip6 fd77::1
add ip6 fd77::3
add ip6 fd77::1:1
create net6 hash:net family inet6
add net6 fd77::/96
add net6 fd77::1:0:0/96
add net6 fd77::100/120 nomatch
add net6 fd77::ff
add net6 fd78::/32
create ipport6 hash:ip,port family inet6
add ipport6 fd77::1,udp:10100
add ipport6 fd77::2,tcp:102
add ipport6 fd77::ffff:ffff:ffff:1,udp:10101
add ipport6 fd77::ffff:ffff:ffff:1,tcp:10102
create netport6 hash:net,port family inet6
add netport6 fd77::/64,udp:10100
add netport6 fd77::/96,tcp:10100-10104
create netnet6 hash:net,net family inet6
add netnet6 fd77::/80,fd77::ffff:ffff:ffff:0/112
add netnet6 fd77::/64,fd78::/16
create netif6 hash:net,iface family inet6
add netif6 fd77::/112,v1b
create ports6 bitmap:port range 0-20000
add ports6 102-104
add ports6 10100-10102
create list6 list:set
add list6 ip6
add list6 net6
`;

export const IPSETS: NamedSets = parseIpsets(TEXT, 'ipset.save');

/** Names of the sets with how many directions each is asked. */
export const SET_NAMES = [
  ['ip', 1],
  ['net', 1],
  ['ipport', 2],
  ['netport', 2],
  ['netnet', 2],
  ['netif', 2],
  ['ports', 1],
  ['list', 1],
] as const;

/** False where the machine has no ipset, or no sets in its kernel: rules do without, then. */
export function loadIpsets(gateway: LabHost): boolean {
  if (gateway.run(['sh', '-c', 'command -v ipset']).status !== 0) return false;
  return gateway.run(['ipset', 'restore', '-exist'], { input: TEXT }).status === 0;
}
