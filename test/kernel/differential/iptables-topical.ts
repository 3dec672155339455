import type { Family } from '../../../src/net/address.ts';
import type { Transport } from '../../../src/net/port-range.ts';
import type { Topic } from './topics.ts';

/** Tests that a topic is about, as iptables-restore may take them. */
export function topicalTests(topic: Topic, family: Family, transport: Transport): readonly string[] {
  switch (topic) {
    case 'later packets':
      return [...LATER, ...(transport === 'tcp' ? SEGMENTS : [])];
    case 'rewriting':
      return [
        ...(family === 4
          ? ['-m ttl --ttl-lt 64', '-m ttl --ttl-eq 64']
          : ['-m hl --hl-lt 64', '-m hl --hl-eq 64']),
        ...['-m dscp --dscp 0x01', '-m tos --tos 0x10/0x3f'],
        ...['-m conntrack --ctstate UNTRACKED', '-m conntrack --ctstate INVALID'],
      ];
    case 'translation':
      return [
        ...['-m conntrack --ctstate DNAT', '-m conntrack --ctstate SNAT', '-m conntrack ! --ctstate DNAT'],
        ...['-m conntrack --ctdir REPLY', '-m conntrack --ctdir ORIGINAL'],
        ...['-m addrtype --dst-type LOCAL', '-m addrtype ! --dst-type LOCAL', '-m addrtype --src-type LOCAL'],
        ...['-i lo', '-o lo', '-i v1b', '-o v1b', '-o v2a', '-i v2a'],
      ];
    case 'full sets':
      return FILLING;
    case 'absent headers':
      return [...(family === 6 ? HEADERS_6 : HEADERS_4), ...(transport === 'tcp' ? TCP_OPTIONS : [])];
  }
}

/** What the first packets of a connection meet otherwise than those that follow. */
const LATER: readonly string[] = [
  '-m limit --limit 1/hour --limit-burst 1',
  '-m hashlimit --hashlimit-upto 1/hour --hashlimit-burst 1 --hashlimit-mode srcip --hashlimit-name l',
  '-m hashlimit --hashlimit-above 1/hour --hashlimit-burst 1 --hashlimit-name m',
  '-m recent --update --seconds 60 --name z --rsource',
  '-m recent --set --name z --rsource',
  '-m statistic --mode nth --every 2 --packet 0',
  '-m owner --uid-owner 0',
  '-m owner ! --uid-owner 0',
  '-m owner --socket-exists',
  '-m length --length 61:65535',
  '-m length ! --length 60',
  '-m ttl --ttl-lt 64',
  '-m ttl ! --ttl-eq 64',
  '-m hl --hl-lt 64',
  '-m hl ! --hl-eq 64',
  '-m connbytes --connbytes 3 --connbytes-dir both --connbytes-mode packets',
  '-m connbytes --connbytes 0:2 --connbytes-dir original --connbytes-mode packets',
  '-m connbytes --connbytes 150 --connbytes-dir both --connbytes-mode bytes',
  '-m quota --quota 150',
  '-m conntrack --ctstatus ASSURED',
  '-m conntrack ! --ctstatus ASSURED',
  '-m conntrack --ctstatus CONFIRMED',
  '-m conntrack --ctstatus NONE',
  '-m conntrack --ctexpire 1',
  '-m conntrack --ctexpire 1:100000',
  '-m connlimit --connlimit-above 1',
  '-m time --datestop 2020-01-01',
  '-m string --algo bm --string "hello"',
  '-m conntrack --ctstate ESTABLISHED -m limit --limit 1/hour --limit-burst 1',
  '-m conntrack --ctstate RELATED,ESTABLISHED',
  '-m conntrack --ctstate ESTABLISHED',
];

/** What tells a SYN from the segments that carry data. */
const SEGMENTS: readonly string[] = [
  '-p tcp -m tcp --tcp-flags PSH PSH',
  '-p tcp -m tcp --tcp-flags PSH NONE',
  '-p tcp -m tcp --tcp-flags PSH,ACK ACK',
  '-p tcp -m tcp --tcp-flags SYN,PSH,ACK PSH,ACK',
  '-p tcp -m tcp ! --tcp-flags SYN,PSH,ACK PSH,ACK',
  '-p tcp -m tcp --tcp-flags FIN,SYN,RST,PSH,ACK,URG PSH,ACK',
  '-p tcp -m tcp --tcp-flags FIN,SYN,RST,PSH,ACK,URG ACK',
  '-p tcp -m tcp --tcp-flags SYN,RST NONE',
  '-p tcp -m ecn --ecn-tcp-ece',
  '-p tcp -m ecn ! --ecn-tcp-cwr',
  '-p tcp -m tcp --tcp-option 8',
];

const FILLING: readonly string[] = [
  '-m recent --set --name full --rsource',
  '-m recent ! --rcheck --name full --rsource',
  '-m recent --rcheck --hitcount 2 --name full --rsource',
  '-m recent --update --name full --rdest',
  '-m connlimit --connlimit-upto 1',
];

const HEADERS_4: readonly string[] = [
  '-f',
  '! -f',
  '-p sctp -m sctp --chunk-types any DATA',
  '-p sctp -m sctp ! --chunk-types any DATA',
  '-p ah -m ah --ahspi 1',
  '-p esp -m esp ! --espspi 1',
];

const HEADERS_6: readonly string[] = [
  '-m ipv6header --header frag --soft',
  '-m ipv6header ! --header frag --soft',
  '-m ipv6header --header prot',
  '-m ipv6header ! --header hop,frag',
  '-m frag --fragid 1',
  '-m frag ! --fragid 1',
  '-m rt --rt-type 0',
  '-m rt ! --rt-type 0',
  '-m hbh --hbh-len 8',
  '-m hbh ! --hbh-len 8',
  '-m dst ! --dst-len 8',
  '-m ah ! --ahspi 1',
  '-p sctp -m sctp ! --chunk-types any DATA',
];

const TCP_OPTIONS: readonly string[] = [
  '-p tcp -m tcp --tcp-option 8',
  '-p tcp -m tcp ! --tcp-option 8',
  '-p tcp -m tcp ! --tcp-option 4',
  '-p tcp -m tcpmss --mss 1:2000',
  '-p tcp -m tcpmss ! --mss 1:2000',
];
