import { ALL_BITS } from '../../../../model/action.ts';
import { NO_OPERATION } from '../bits.ts';
import { familyDependencies, protocolDependencies } from '../dependencies.ts';
import { TYPES } from '../values/number-type.ts';
import { number, type Selection, type Selector } from './selector.ts';
import { ARP, equals, unknown } from '../../../../model/match.ts';
import type { TableFamily } from '../../../../model/ruleset.ts';
import { NO_EXTENSIONS, NO_FRAGMENTS, NO_OPTIONS } from '../../../../model/assumptions.ts';

const PORTS: Readonly<Record<string, Selector>> = {
  sport: number('source-port', TYPES.port),
  dport: number('destination-port', TYPES.port),
};

/** More fragments, and the offset: of the 16 bits only `do not fragment` is open. */
const FRAGMENT_BITS = 0x3fff;

const IPV4: Readonly<Record<string, Selector>> = {
  saddr: { kind: 'address', field: 'source', family: 4, mask: null },
  daddr: { kind: 'address', field: 'destination', family: 4, mask: null },
  protocol: number('protocol', TYPES.protocol),
  version: number('family', TYPES.version),
  'frag-off': {
    kind: 'constant',
    type: TYPES.fragment,
    known: FRAGMENT_BITS,
    value: 0,
    bits: NO_OPERATION,
    assumption: NO_FRAGMENTS,
  },
  hdrlength: {
    kind: 'constant',
    type: TYPES.headerLength,
    known: ALL_BITS,
    value: 5,
    bits: NO_OPERATION,
    assumption: NO_OPTIONS,
  },
};

const IPV6: Readonly<Record<string, Selector>> = {
  saddr: { kind: 'address', field: 'source', family: 6, mask: null },
  daddr: { kind: 'address', field: 'destination', family: 6, mask: null },
  // It names the first header only.
  nexthdr: { ...number('protocol', TYPES.protocol), where: NO_EXTENSIONS },
  version: number('family', TYPES.version),
  hoplimit: number('hop-limit', TYPES.hopLimit),
};

/** What ARP says of IPv4 over Ethernet. */
const ARP_FIELDS: Readonly<Record<string, Selector>> = {
  operation: number('arp-operation', TYPES.arpOperation),
  'saddr ip': { kind: 'address', field: 'source', family: 4, mask: null },
  'daddr ip': { kind: 'address', field: 'destination', family: 4, mask: null },
};

const LINK: Selector = { kind: 'opaque', reason: { code: 'link-layer' } };

/** Headers after the IP header: the number of their protocol and the fields a question knows. */
const TRANSPORTS: Readonly<Record<string, readonly [number, Readonly<Record<string, Selector>>]>> = {
  icmp: [1, {}],
  igmp: [2, {}],
  tcp: [6, { ...PORTS, flags: number('tcp-flags', TYPES.tcpFlags) }],
  udp: [17, PORTS],
  dccp: [33, PORTS],
  gre: [47, {}],
  esp: [50, {}],
  ah: [51, {}],
  icmpv6: [58, { type: number('icmpv6-type', TYPES.icmpv6Type) }],
  comp: [108, {}],
  sctp: [132, PORTS],
  udplite: [136, PORTS],
};

/** The number of the protocol whose header follows that of IP. */
export function transportOf(header: string): number | undefined {
  return Object.hasOwn(TRANSPORTS, header) ? TRANSPORTS[header]?.[0] : undefined;
}

/** A fragment need not hold more of a header than its first eight bytes, in which the ports are; nft tests nothing of what is missing. */
const HEADER_IS_WHOLE = { kind: 'assumed', holds: true, assumption: NO_FRAGMENTS } as const;

/** The fields of each header that the model does not have; any other one is of a later version of nft. */
const UNASKED: Readonly<Record<string, readonly string[]>> = {
  ip: ['dscp', 'ecn', 'length', 'id', 'ttl', 'checksum'],
  ip6: ['dscp', 'ecn', 'flowlabel', 'length'],
  icmp: ['type', 'code', 'checksum', 'id', 'sequence', 'mtu', 'gateway'],
  igmp: ['type', 'mrt', 'checksum', 'group'],
  tcp: ['sequence', 'ackseq', 'doff', 'reserved', 'window', 'checksum', 'urgptr'],
  udp: ['length', 'checksum'],
  udplite: ['csumcov', 'checksum'],
  dccp: ['type'],
  sctp: ['vtag', 'checksum'],
  gre: ['version', 'flags', 'protocol'],
  ah: ['nexthdr', 'hdrlength', 'reserved', 'spi', 'sequence'],
  esp: ['spi', 'sequence'],
  comp: ['nexthdr', 'flags', 'cpi'],
  icmpv6: [
    ...['code', 'checksum', 'param-problem', 'packet-too-big', 'id', 'sequence', 'max-delay'],
    ...['mtu', 'taddr', 'daddr', 'parameter-problem'],
  ],
};

const IS_ARP = [equals('family', ARP)];

/** nft reads the tag in place of the type that follows it; a bridge that filters VLANs tags frames by itself. */
const UNTAGGED = [unknown('the frame carries no VLAN tag', { code: 'vlan-tag' })];

const selections = new Map<TableFamily, Map<string, Map<string, Selection>>>();

/** A header field by its names, with the family and protocol it implies. Rulesets name few fields many times. */
export function selectField(header: string, name: string, table: TableFamily): Selection {
  let ofTable = selections.get(table);
  if (ofTable === undefined) selections.set(table, (ofTable = new Map<string, Map<string, Selection>>()));
  let ofHeader = ofTable.get(header);
  if (ofHeader === undefined) ofTable.set(header, (ofHeader = new Map<string, Selection>()));
  let selection = ofHeader.get(name);
  if (selection === undefined) ofHeader.set(name, (selection = newSelection(header, name, table)));
  return selection;
}

function newSelection(header: string, name: string, table: TableFamily): Selection {
  const known = (fields: Readonly<Record<string, Selector>>): Selector =>
    (Object.hasOwn(fields, name) ? fields[name] : undefined) ?? {
      kind: 'opaque',
      reason: UNASKED[header]?.includes(name) === true ? { code: 'header-field' } : { code: 'unsupported' },
    };
  switch (header) {
    case 'ip':
      return { selector: known(IPV4), dependencies: familyDependencies(4, table) };
    case 'ip6':
      return { selector: known(IPV6), dependencies: familyDependencies(6, table) };
    case 'th':
      return { selector: known(PORTS), dependencies: [] };
    case 'ether': {
      // Elsewhere the Ethernet header may be gone already, or not be there yet.
      const isFrame = table === 'netdev' || table === 'bridge';
      const selector = isFrame && name === 'type' ? number('family', TYPES.etherType) : LINK;
      return { selector, dependencies: table === 'bridge' && name === 'type' ? UNTAGGED : [] };
    }
    case 'arp':
      return {
        selector: (Object.hasOwn(ARP_FIELDS, name) ? ARP_FIELDS[name] : undefined) ?? LINK,
        dependencies: table === 'arp' ? [] : IS_ARP,
      };
    case 'vlan':
      return { selector: LINK, dependencies: [] };
    default: {
      const transport = Object.hasOwn(TRANSPORTS, header) ? TRANSPORTS[header] : undefined;
      if (transport === undefined)
        return { selector: { kind: 'opaque', reason: { code: 'unsupported' } }, dependencies: [] };
      const dependencies = protocolDependencies(transport[0]);
      const isBeyondPorts = header === 'tcp' && name === 'flags';
      return {
        selector: known(transport[1]),
        dependencies: isBeyondPorts ? [...dependencies, HEADER_IS_WHOLE] : dependencies,
      };
    }
  }
}
