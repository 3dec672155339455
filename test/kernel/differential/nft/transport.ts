import fc from 'fast-check';
import { header, type Ground } from './ground.ts';
import { not, oneOf, phrase, weighted } from './phrase.ts';
import { braces, concatenated } from './sets.ts';
import { addressElement, disjoint, port, portElement, sourcePorts } from './values.ts';

type Text = fc.Arbitrary<string>;

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
