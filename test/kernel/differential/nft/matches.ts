import fc from 'fast-check';
import { formatAddress, parseAddress, type Family } from '../../../../src/net/address.ts';
import type { Transport } from '../../../../src/net/port-range.ts';
import { not, oneOf, phrase, weighted } from './phrase.ts';
import { braces, concatenated } from './sets.ts';
import {
  address,
  addressElement,
  addressRange,
  disjoint,
  interfaceName,
  mark,
  mask,
  network,
  port,
  portElement,
  source,
  sourcePorts,
  target,
} from './values.ts';

type Text = fc.Arbitrary<string>;

/** Where a rule stands: what nft takes there depends on it. */
export interface Ground {
  readonly table: 'inet' | 'ip' | 'ip6';
  /** The family the rule speaks of. */
  readonly family: Family;
  readonly transport: Transport;
  /** Whether rules may test what a packet alone does not settle. */
  readonly isHostile: boolean;
  /** How often a rule names an interface: less where a question tells only one side, or versions of the kernel differ. */
  readonly interfaces: number;
}

/** `ip` or `ip6`. */
export function header({ family }: Pick<Ground, 'family'>): 'ip' | 'ip6' {
  return family === 4 ? 'ip' : 'ip6';
}

/** Tests that go with any other. */
export function generalMatch(ground: Ground): Text {
  return weighted(
    [8, addressMatch(ground)],
    [4, conntrackMatch(ground)],
    [ground.interfaces, interfaceMatch],
    [3, markMatch],
    [2, otherMatch(ground)],
    [ground.isHostile ? 6 : 0, hostileMatch(ground)],
  );
}

function addressMatch(ground: Ground): Text {
  const { family } = ground;
  const field = phrase`${header(ground)} ${oneOf('saddr', 'saddr', 'saddr', 'daddr')}`;
  const masked = fc
    .tuple(address(family), oneOf(...MASKS[family], ...(ground.isHostile ? HOSTILE_MASKS[family] : [])))
    .map(([text, bits]) => `& ${bits} == ${cut(text, bits, family)}`);
  return weighted(
    [4, phrase`${field} ${not}${network(family)}`],
    [2, phrase`${field} ${not}${address(family)}`],
    [2, phrase`${field} ${not}${addressRange(family)}`],
    [3, phrase`${field} ${not}${braces(disjoint(addressElement(family)))}`],
    [3, phrase`${field} ${not}@${oneOf('addrs', 'addrs', 'merged', 'hosts', 'empty')}${String(family)}`],
    [
      2,
      phrase`${field} ${not}${oneOf('$lan', '$trusted', '$one', '{ $lan }').map((text) => text.replace(/\w+/, (name) => `${name}${family}`))}`,
    ],
    [1, phrase`${field} ${oneOf('<', '<=', '>', '>=')} ${source(family)}`],
    [1, phrase`${header(ground)} saddr ${masked}`],
  );
}

const MASKS = {
  4: ['255.255.0.0', '255.255.0.255'],
  6: ['ffff:ffff:ffff:ffff::', 'ffff:ffff:ffff:ffff:ffff::'],
};
const HOSTILE_MASKS = { 4: ['0.0.255.255'], 6: ['::ffff:0:0:ffff'] };

/** The address with other bits than these cleared: as the constants of a mask are written. */
function cut(text: string, bits: string, family: Family): string {
  const [value, mask] = [parseAddress(text, 'address').value, parseAddress(bits, 'mask').value];
  return formatAddress({ family, value: value & mask });
}

const state = oneOf('new', 'established', 'related', 'invalid', 'untracked');
const states = fc.uniqueArray(state, { minLength: 1, maxLength: 3 });

function conntrackMatch(ground: Ground): Text {
  const { family } = ground;
  const ip = header(ground);
  const several = states.map((all) => all.join(','));
  return weighted(
    [4, phrase`ct state ${not}${several}`],
    [
      2,
      phrase`ct state ${oneOf('', '!= ')}${fc.uniqueArray(state, { minLength: 2, maxLength: 3 }).map((all) => `{ ${all.join(', ')} }`)}`,
    ],
    [1, phrase`ct state ! ${several}`],
    [1, phrase`ct state & (established | related) ${oneOf('==', '!=')} ${oneOf('0', 'established')}`],
    [1, phrase`ct status ${oneOf('', '! ')}${oneOf('dnat', 'snat', 'snat,dnat', 'seen-reply')}`],
    [1, phrase`ct status & (snat | dnat) ${oneOf('==', '!=')} ${oneOf('0', 'dnat', 'snat')}`],
    [1, phrase`ct direction ${oneOf('', '!= ')}${oneOf('original', 'reply')}`],
    [
      1,
      phrase`ct ${oneOf('original', 'reply')} ${ip} ${oneOf('saddr', 'daddr')} ${oneOf('', '!= ')}${fc.oneof(network(family), address(family))}`,
    ],
    [1, phrase`ct mark ${not}${mark}`],
    [1, phrase`ct mark & ${mask} ${oneOf('==', '!=')} ${mark}`],
    [1, fc.constant(`ct l3proto ipv${family}`)],
    [
      1,
      phrase`ct state . ct direction ${oneOf('', '!= ')}{ new . original, established . ${oneOf('original', 'reply')} }`,
    ],
  );
}

const interfaceMatch = weighted(
  [6, phrase`${oneOf('iifname', 'meta iifname', 'oifname')} ${not}${interfaceName}`],
  [2, phrase`iifname ${oneOf('', '!= ')}{ ${oneOf('"v1b"', '"eth*"', '"v*"')}, "lo", "w0" }`],
  [1, phrase`${oneOf('iifname', 'oifname')} ${oneOf('', '!= ')}@links`],
  [1, phrase`${oneOf('iifname', 'oifname')} ${oneOf('', '!= ')}$wire`],
  [1, phrase`${oneOf('iif', 'oif')} ${oneOf('', '!= ')}${oneOf('"lo"', 'lo')}`],
);

const markMatch = weighted(
  [3, phrase`${oneOf('meta mark', 'mark')} ${not}${mark}`],
  [
    1,
    phrase`meta mark ${oneOf('', '!= ')}${oneOf('0x1-0x9', '{ 0x1, 0x2 }', '{ 0x0-0x5, 0xf0 }', '@marks')}`,
  ],
  [2, phrase`meta mark & ${mask} ${oneOf('==', '!=')} ${mark}`],
  [1, phrase`meta mark & 0xff ${oneOf('', '!= ')}{ 0x1, 0x11 }`],
  [1, phrase`meta mark and $bits == ${mark}`],
  [1, phrase`meta mark ${oneOf('<', '>=')} ${mark}`],
);

function otherMatch(ground: Ground): Text {
  const { table, family } = ground;
  const ip = header(ground);
  return weighted(
    [
      3,
      phrase`fib daddr type ${oneOf('', '!= ')}${oneOf('local', 'unicast', 'multicast', '{ local, broadcast }')}`,
    ],
    [1, phrase`fib saddr type ${oneOf('', '!= ')}${oneOf('local', 'unicast')}`],
    [2, phrase`meta pkttype ${oneOf('', '!= ')}${oneOf('host', 'broadcast', '{ broadcast, multicast }')}`],
    [table === 'inet' ? 2 : 0, phrase`meta nfproto ${oneOf('', '!= ')}ipv${String(family)}`],
    [1, phrase`meta protocol ${ip}`],
    [
      1,
      phrase`${ip} saddr . meta mark { ${source(family)} . ${oneOf('0x0', '0x0-0xff')}, ${target(family)} . 0x1-0x2 }`,
    ],
    [
      1,
      phrase`${ip} saddr . ${ip} daddr ${oneOf('', '!= ')}${braces(concatenated(addressElement(family), address(family)))}`,
    ],
    [1, fc.constant(family === 4 ? 'ip frag-off & 0x1fff == 0' : 'exthdr frag missing')],
    [1, fc.constant(family === 4 ? 'ip version 4' : 'ip6 version 6')],
  );
}

/** What only something beside the packet tells. */
function hostileMatch(ground: Ground): Text {
  const { family } = ground;
  const ip = header(ground);
  return oneOf(
    'limit rate 5/second',
    'limit rate over 5/second burst 3 packets',
    'limit rate over 10 kbytes/second',
    'quota over 3 kbytes',
    'quota 3 kbytes',
    'numgen inc mod 3 < 1',
    'numgen random mod 2 0',
    `jhash ${ip} saddr mod 4 0`,
    'meta skuid 0',
    'meta skuid != 1000',
    'meta length 20-100',
    'meta random < 2147483648',
    'meta cpu 0',
    'meta hour "00:00"-"12:00"',
    'meta day "Monday"',
    'meta priority 0',
    'iifgroup 0',
    'iiftype ether',
    'ct bytes > 100',
    'ct original packets < 3',
    'ct zone 0',
    'ct expiration < 10s',
    'ct id 5',
    'ct helper "ftp"',
    ...(family === 4
      ? [
          'ip ttl 64',
          'ip dscp cs0',
          'ip length < 100',
          'ip id 0',
          '@nh,96,32 0x0a4d0001',
          'ip option ssrr missing',
        ]
      : ['ip6 hoplimit 64', 'ip6 dscp cs0', 'ip6 length < 100', 'ip6 flowlabel 0']),
    '@th,64,8 0',
    'symhash mod 2 0',
    `${ip} saddr @seen${family}`,
    `${ip} saddr != @seen${family}`,
    `add @seen${family} { ${ip} saddr }`,
    `update @seen${family} { ${ip} saddr limit rate over 2/second }`,
    'rt classid 0',
    'ct count over 3',
    'meta time > "2020-01-01 00:00:00"',
    'meta cgroup 0',
    'meta rtclassid 0',
    'rt ipsec missing',
  );
}

/** The part of a rule that says something of transport and ports; it stands but once in a rule. */
export function transportMatch(ground: Ground): Text {
  const { family, transport, isHostile } = ground;
  const ip = header(ground);
  const other = transport === 'udp' ? 'tcp' : 'udp';
  const protocol = family === 4 ? 'ip protocol' : 'ip6 nexthdr';
  const rest = weighted(
    [2, phrase`${oneOf(protocol, 'meta l4proto')} ${not}${oneOf('tcp', 'udp', '17', '6')}`],
    [1, phrase`${oneOf(protocol, 'meta l4proto')} ${oneOf('', '!= ')}{ tcp, udp }`],
    [1, phrase`${oneOf(protocol, 'meta l4proto')} ${oneOf('', '!= ')}@protos`],
    [1, phrase`meta l4proto { tcp, udp } th dport ${ports}`],
    [1, phrase`${oneOf('th dport', '@th,16,16')} ${port}`],
    [1, phrase`th ${oneOf('dport', 'sport')} ${not}${portElement}`],
    [
      1,
      phrase`${oneOf(protocol, 'meta l4proto')} . th dport { ${transport} . ${portElement}, ${other} . ${portElement} }`,
    ],
    [
      1,
      family === 4
        ? oneOf('icmp type echo-request', 'icmp type { echo-reply, destination-unreachable }', 'icmp code 3')
        : oneOf('icmpv6 type echo-request', 'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert }'),
    ],
    [1, phrase`${other} dport ${ports}`],
    [
      1,
      phrase`meta l4proto ${transport} ct ${oneOf('original', 'reply')} ${oneOf('proto-src', 'proto-dst')} ${oneOf('', '!= ')}${portElement}`,
    ],
    [1, oneOf('ct protocol tcp', 'ct protocol udp', 'ct protocol != udp')],
    [1, oneOf('sctp dport 102', 'udplite dport 102', 'dccp dport 102', 'meta l4proto 50')],
    [transport === 'tcp' ? 8 : 1, tcpFlags],
    [
      isHostile ? 1 : 0,
      transport === 'udp'
        ? oneOf('udp length > 11', 'udp checksum 0')
        : oneOf('tcp option maxseg size 1-2000', 'tcp window > 100', 'tcp doff 8'),
    ],
  );
  return weighted(
    [6, phrase`${transport} dport ${ports}`],
    [2, phrase`${transport} sport ${oneOf('', '!= ')}${sourcePorts}`.map(withOneOperator)],
    [1, phrase`${transport} sport ${sourcePorts} ${transport} dport ${ports}`],
    [
      2,
      phrase`${ip} saddr . ${transport} dport ${oneOf('', '!= ')}${fc.oneof(braces(concatenated(addressElement(family), portElement)), fc.constant(`@pairs${family}`))}`,
    ],
    [
      ground.interfaces > 0 ? 1 : 0,
      phrase`iifname . ${transport} dport { "v1b" . ${portElement}, "lo" . ${portElement}, "eth*" . ${portElement} }`,
    ],
    [1, phrase`ct state . ${transport} dport { new . ${portElement}, established . ${portElement} }`],
    [6, rest],
  );
}

/** `!= < 1024` is no test. */
function withOneOperator(text: string): string {
  return text.replace(/!= (?=[<>])/, '');
}

/** What follows `dport`. */
const ports = weighted(
  [4, phrase`${not}${portElement}`],
  [3, phrase`${oneOf('', '', '!= ')}${braces(disjoint(portElement))}`],
  [2, phrase`${oneOf('', '!= ')}${oneOf('@ports', '$viz')}`],
  [1, phrase`${oneOf('<', '<=', '>', '>=')} ${port}`],
  [1, oneOf('10240/6', '0x66', '{ 102, 0x67, 10100-10199, 10301-10304 }', 'iso-tsap', 'ssh', '!= 1-1023')],
);

const flag = oneOf('fin', 'syn', 'rst', 'psh', 'ack', 'urg');
const flags = fc.uniqueArray(flag, { minLength: 2, maxLength: 4 });
const tcpFlags = weighted(
  [2, phrase`tcp flags ${oneOf('', '== ', '!= ')}${flag}`],
  [1, phrase`tcp flags ! ${flag}`],
  [1, phrase`tcp flags ${oneOf('', '!= ')}${flags.map((all) => all.join(','))}`],
  [1, phrase`tcp flags ${oneOf('', '!= ')}${flags.map((all) => `{ ${all.join(', ')} }`)}`],
  [1, oneOf('tcp flags { syn, syn | ack }', 'tcp flags != { syn, syn | ack, ack }')],
  [2, phrase`tcp flags ${oneOf('', '!= ')}${flag} / fin,syn,rst,ack`],
  [
    2,
    phrase`tcp flags & (fin | syn | rst | ack) ${oneOf('==', '!=')} ${oneOf('syn', 'ack', '0', '(syn | ack)')}`,
  ],
  [1, phrase`tcp flags & (syn | ack) ${oneOf('', '!= ')}{ syn, ack }`],
  [1, phrase`tcp flags & ${flag} ${oneOf('==', '!=')} 0`],
);
