import { ADDRTYPE, IPRANGE, PKTTYPE } from './addresses.ts';
import { CONNMARK, CONNTRACK, MARK, STATE } from './conntrack.ts';
import { HL, ICMPV6 } from './icmpv6.ts';
import { OPAQUE } from './opaque.ts';
import { SET } from './set.ts';
import { DCCP, ECN, MULTIPORT, SCTP, TCP, TCPMSS, UDP } from './transport.ts';
import type { MatchModule } from '../lower/extensions.ts';

/** Every match module that ships with iptables 1.8 and what is common beside them, by the name after `-m`. */
export const MATCH_MODULES: Readonly<Record<string, MatchModule>> = {
  ...OPAQUE,
  addrtype: ADDRTYPE,
  comment: { options: { '--comment': { values: 1, isNeverNegated: true } } },
  connmark: CONNMARK,
  conntrack: CONNTRACK,
  dccp: DCCP,
  ecn: ECN,
  hl: HL,
  icmp6: ICMPV6,
  icmpv6: ICMPV6,
  'ipv6-icmp': ICMPV6,
  iprange: IPRANGE,
  mark: MARK,
  'mobility-header': OPAQUE.mh,
  multiport: MULTIPORT,
  pkttype: PKTTYPE,
  sctp: SCTP,
  set: SET,
  state: STATE,
  tcp: TCP,
  tcpmss: TCPMSS,
  udp: UDP,
};

/** The module `-p` alone brings, so that `-p tcp --dport 22` works without `-m tcp`. */
export const PROTOCOL_MODULES: Readonly<Record<number, string>> = {
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  33: 'dccp',
  50: 'esp',
  51: 'ah',
  58: 'icmp6',
  108: 'ipcomp',
  132: 'sctp',
  135: 'mh',
};
