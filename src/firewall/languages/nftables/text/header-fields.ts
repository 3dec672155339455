import { nearestWord } from '../../../../nearest-word.ts';

const PORTS = ['sport', 'dport', 'checksum'];

/** Keys of meta about the interfaces of the packet. */
export const INTERFACE_KEYS: readonly string[] = ['iif', 'oif'].flatMap((side) =>
  ['', 'name', 'type', 'kind', 'group'].map((what) => `${side}${what}`),
);

/** The fields of the headers that rulesets test most, and the keys of meta and ct. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  tcp: [...PORTS, 'sequence', 'ackseq', 'doff', 'reserved', 'flags', 'window', 'urgptr'],
  udp: [...PORTS, 'length'],
  udplite: [...PORTS, 'length'],
  sctp: [...PORTS, 'vtag'],
  dccp: [...PORTS, 'type'],
  th: ['sport', 'dport'],
  icmp: ['type', 'code', 'checksum', 'id', 'sequence', 'gateway', 'mtu'],
  ip: [
    ...['version', 'hdrlength', 'dscp', 'ecn', 'length', 'id', 'frag-off', 'ttl', 'protocol', 'checksum'],
    ...['saddr', 'daddr'],
  ],
  meta: [
    ...INTERFACE_KEYS,
    ...[
      'nfproto',
      'protocol',
      'l4proto',
      'length',
      'mark',
      'priority',
      'pkttype',
      'random',
      'rtclassid',
      'cpu',
    ],
    ...[
      'sdif',
      'sdifname',
      'skuid',
      'skgid',
      'cgroup',
      'nftrace',
      'secmark',
      'secpath',
      'ipsec',
      'time',
      'day',
    ],
    ...['hour', 'broute', 'ibrname', 'obrname', 'ibriport', 'obriport', 'ibrpvid', 'ibrvproto', 'ibrhwdr'],
  ],
  ct: [
    ...[
      'state',
      'direction',
      'status',
      'mark',
      'expiration',
      'helper',
      'label',
      'l3proto',
      'protocol',
      'zone',
    ],
    ...['saddr', 'daddr', 'proto-src', 'proto-dst', 'bytes', 'packets', 'avgpkt', 'id', 'event', 'eventmask'],
    ...['secmark', 'timeout', 'expectation', 'count'],
  ],
  ip6: ['version', 'dscp', 'ecn', 'flowlabel', 'length', 'nexthdr', 'hoplimit', 'saddr', 'daddr'],
};

/** The field that a name which is none probably means: `dport` for `dprot`. A name like no other may be of a later version. */
export function nearestField(header: string, name: string): string | undefined {
  const known = Object.hasOwn(FIELDS, header) ? (FIELDS[header] ?? []) : [];
  return known.includes(name) ? undefined : nearestWord(name, known);
}
