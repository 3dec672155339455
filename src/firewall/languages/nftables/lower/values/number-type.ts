import { ADDRESS_TYPE, ARP, CT_STATE, CT_STATUS } from '../../../../model/match.ts';
import { PROTOCOLS } from '../../../vocabulary/protocols.ts';
import { SERVICES } from '../../../vocabulary/services.ts';
import { ICMPV6_TYPES } from './icmpv6-types.ts';

type Names = Readonly<Record<string, number>>;

/** One of nft's data types whose values are numbers. */
export interface NumberType {
  readonly name: string;
  readonly bits: number;
  readonly names: Names;
  /** Only 0 and names have a meaning here; another number is an interface's index. */
  readonly isPresence?: boolean;
  /** Values are sets of bits: without an operator, one common bit is enough. */
  readonly isFlags: boolean;
  /** The kernel's number → ours, where they differ; numbers not listed become one no packet has. */
  readonly translate?: ReadonlyMap<number, number>;
}

const type = (name: string, bits: number, names: Names = {}, isFlags = false): NumberType => ({
  name,
  bits,
  names,
  isFlags,
});

/** A number that no field ever has, for what is known to be something else. */
export const NEVER = 0;

/** NFPROTO_IPV4 is 2 and NFPROTO_IPV6 is 10. */
const FAMILY_NUMBERS = new Map([
  [2, 4],
  [10, 6],
]);

const ETHER_TYPES = { ip: 0x800, arp: ARP, ip6: 0x86dd, vlan: 0x8100, '8021q': 0x8100, '8021ad': 0x88a8 };

const ARP_OPERATIONS = { request: 1, reply: 2, rrequest: 3, rreply: 4, inrequest: 8, inreply: 9, nak: 10 };

export const TYPES = {
  port: type('inet_service', 16, SERVICES),
  protocol: type('inet_proto', 8, { ...PROTOCOLS, ip: 0, hopopt: 0 }),
  family: { ...type('nf_proto', 8, { ipv4: 2, ipv6: 10 }), translate: FAMILY_NUMBERS },
  etherType: {
    ...type('ether_type', 16, ETHER_TYPES),
    translate: new Map([
      [ETHER_TYPES.ip, 4],
      [ETHER_TYPES.ip6, 6],
      [ETHER_TYPES.arp, ARP],
    ]),
  },
  icmpv6Type: type('icmpv6_type', 8, ICMPV6_TYPES),
  arpOperation: type('arp_op', 16, ARP_OPERATIONS),
  hopLimit: type('integer', 8),
  version: type('integer', 4),
  headerLength: type('integer', 4),
  segmentSize: type('integer', 16),
  mark: type('mark', 32),
  tcpFlags: type(
    'tcp_flag',
    8,
    { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ecn: 64, cwr: 128 },
    true,
  ),
  ctState: type('ct_state', 32, CT_STATE, true),
  ctStatus: type('ct_status', 32, { ...CT_STATUS }, true),
  ctDirection: type('ct_dir', 8, { original: 0, reply: 1 }),
  addressType: type('fib_addrtype', 32, ADDRESS_TYPE),
  packetType: type('pkt_type', 8, { host: 0, unicast: 0, broadcast: 1, multicast: 2, other: 3 }),
  linkType: type('iface_type', 16, {
    ether: 1,
    ppp: 512,
    ipip: 768,
    ipip6: 769,
    loopback: 772,
    sit: 776,
    ipgre: 778,
  }),
  presence: { ...type('boolean', 32, { missing: 0, exists: 1 }), isPresence: true },
  fragment: type('integer', 16),
  integer: type('integer', 32),
} as const satisfies Record<string, NumberType>;
