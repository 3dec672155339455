import type {
  LeadReason,
  NeighbourMessage,
  PlainReason,
  Reason,
  UnclearSetting,
} from '../../../firewall/model/reason.ts';
import { isWayReason } from '../is-way-reason.ts';
import type { Family } from '../../../net/address.ts';
import { gapText } from './gap-text.ts';
import { programsText } from './programs-text.ts';
import { wayText } from './way-text.ts';

/** One clause: why something is not decided, or what the effect of a rule alone does not tell. */
export function reasonText(reason: Reason): string {
  if (reason.code === 'no-common-family') return wayText(reason);
  if (isWayReason(reason)) return `the rules let it in, but ${wayText(reason)}`;
  switch (reason.code) {
    case 'missing-rules':
      return gapText(reason.gap);
    case 'to-chain':
      return `to chain ${reason.chain}`;
    case 'listening-port':
      return `depends on whether a server listens on port ${reason.port}`;
    case 'refused':
      return reason.with === null ? 'refused with an answer' : `refused with ${reason.with}`;
    case 'set-not-given':
      return `the contents of set ${reason.set} are not given (ipset save)`;
    case 'unread-set-option':
      return `set ${reason.set} has an option this program does not read (${reason.option})`;
    case 'unknown-set-dimension':
      return `a set dimension this program does not know (${reason.dimension})`;
    case 'unknown-match-module':
      return `a match module unknown to this program${didYouMean(reason.nearest)}`;
    case 'no-such-chain-or-target':
      return `neither a chain of this table nor a target known to this program${didYouMean(reason.nearest)}`;
    case 'translated':
      return [sentTo(reason.address, reason.port), reason.lead === null ? '' : LEADS[reason.lead]]
        .filter((part) => part !== '')
        .join(': ');
    case 'drops-neighbour-message':
      return `without ${MESSAGES[reason.message]} packet gets through${NEEDED[reason.needed]}`;
    case 'only-neighbours-dropped':
      return `only dropped ${reason.protocol === 'arp' ? 'ARP' : 'neighbour discovery'} blocks them, which tunnels and static neighbours do not need`;
    case 'entries-left-out':
      return `${reason.count} more rules follow that do not decide`;
    case 'family-not-covered':
      return notCovered(reason.family, reason.emptyFiles);
    case 'rule-grammar':
      return `outside the grammar of Windows rules: ${reason.part}`;
    case 'rule-key':
      return `a key this program does not know (${reason.key}): an old Windows ignores it, a new one obeys it`;
    case 'rule-version':
      return `a rule of version ${reason.version}, which a Windows that knows 2.x must ignore`;
    case 'same-rule-id':
      return `another rule has the same ID (${reason.places.join(', ')}); which of them counts is not known`;
    case 'not-in-other-export':
      return `${reason.file} lists the rules of the same store, and does not have this one: give files of the same time`;
    case 'listener-program':
      return `only if the listener is ${programsText(reason)} (else give --program)`;
    case 'listener-service':
      return `only if the listener is service ${reason.service} (--service)`;
    case 'address-keyword':
      return reason.keyword === 'LocalSubnet'
        ? 'LocalSubnet: the subnets the computer is on are not given (--local-subnet)'
        : `the addresses that ${reason.keyword} stands for are not given`;
    case 'filter-not-given':
      return `a part of the rule is not given (${reason.filter})`;
    case 'other-product':
      return 'another product has registered itself as the firewall';
    case 'store-not-given':
      return reason.store === 'policy'
        ? 'Group Policy is not given and may add rules (where there is none: --complete)'
        : 'the local rules are not given';
    case 'setting-not-given':
      return `${reason.setting} of the profile is not given (export the whole FirewallPolicy key)`;
    case 'setting-unclear':
      return UNCLEAR_SETTING[reason.because](reason.setting);
    case 'cut-export':
      return `the file does not end with ${reason.lacks}, so it may be cut: export it again`;
    case 'unread-setting':
      return `a setting whose effect is not known (${reason.setting})`;
    case 'misspelt-name':
      return `${reason.name} is no name that Windows has${reason.perhaps === null ? '' : `, perhaps ${reason.perhaps} is meant`}: export it again`;
    default:
      return PLAIN[reason.code];
  }
}

/** All of them, one clause each; empty for none. */
export function reasonsText(reasons: readonly Reason[]): string {
  return reasons.map(reasonText).join('; ');
}

/** `sent on to 10.20.0.12 port 102` */
function sentTo(address: string | null, port: number | null): string {
  const parts = [...(address === null ? [] : [address]), ...(port === null ? [] : [`port ${port}`])];
  return parts.length === 0 ? '' : `sent on to ${parts.join(' ')}`;
}

function notCovered(family: Family, [file]: readonly string[]): string {
  const command = family === 6 ? 'ip6tables-save' : 'iptables-save';
  const silence = `no ruleset covers IPv${family}`;
  return file === undefined
    ? `${silence}: give the output of ${command} too`
    : `${silence}, and ${file} is empty, as when ${command} fails or finds no table: run it as root, or give nft -j list ruleset`;
}

const UNCLEAR_SETTING: Readonly<Record<UnclearSetting, (setting: string) => string>> = {
  value: (setting) => `${setting} is no value that Windows documents`,
  several: (setting) => `the files give different values of ${setting} for the profile`,
  misplaced: (setting) => `${setting} may not stand in StandardProfile, and what it does there is not known`,
};

const LEADS: Readonly<Record<LeadReason, string>> = {
  'to-this-machine': 'goes to the machine that runs the rules, not to the destination',
  'to-another-machine': 'goes to another machine, not to the destination',
  'perhaps-same-host': 'unknown whether that is the same host',
  'perhaps-this-machine': 'unknown whether that is an address of this machine (--self-address)',
  'perhaps-nowhere':
    'no connection from a network leads there (to loopback: only with sysctl route_localnet)',
  'perhaps-not-forwarded':
    'unknown whether this machine forwards packets (sysctl net.ipv4.ip_forward; if so, give --forwarding)',
  'not-forwarded': 'this machine does not forward packets',
  'not-served': 'no server listens on that port',
  'to-open-port': 'goes to a port that the source may use',
  'perhaps-other-port': 'unknown whether the server listens on that port (vwaudit check probes it)',
};

const MESSAGES: Readonly<Record<NeighbourMessage, string>> = {
  'neighbour-solicitation': 'neighbour solicitations no IPv6',
  'neighbour-advertisement': 'neighbour advertisements no IPv6',
  'arp-request': 'ARP requests no IPv4',
  'arp-reply': 'ARP replies no IPv4',
};

const NEEDED = {
  always: '',
  'on-link': ' if the other end is on the same link, not beyond a router',
  'beyond-router': ' if the other end is beyond a router, not on the same link',
  'address-unknown': ' unless the link address of the other end is already known',
  'asked-for-destination':
    ' if the destination is an address of this link, so that the neighbour asks for it',
  'asked-for-other':
    ' if the neighbour asks for another address of this machine (the destination is on another link of it)',
  'asks-from-flow': ' if the address this machine speaks from is one of the interface',
  'asks-from-link-local': ' if the address this machine speaks from is not one of the interface',
} as const;

function didYouMean(nearest: string | null): string {
  return nearest === null ? '' : ` (did you mean ${nearest}?)`;
}

/** The reasons without arguments. */
export const PLAIN: Readonly<Record<PlainReason, string>> = {
  'network-profile': 'depends on the network profile (--profile domain, private or public)',
  'interface-kind': 'depends on the interface or its type',
  'chain-order': 'depends on which of the chains of one hook and priority runs first, which no listing shows',
  'local-user': 'depends on the user who runs the listener',
  'listener-unread':
    'depends on the program that listens, which could not be read (collect as administrator, or give --program)',
  'trust-tuple': 'depends on a trust condition (TTK)',
  'network-name': 'depends on the name or realm of the network',
  'windows-version': 'depends on the version of Windows',
  'local-only-mapping': 'with LOM the addresses of the rule may not count',
  'hardening-order': 'whether an exception counts before a block of service hardening is not known',
  'earlier-packets': 'depends on earlier packets',
  'connection-count': 'depends on the number of connections',
  'recent-list': 'depends on the list of recent sources',
  'source-country': 'depends on which country the database of the machine has for the address',
  'connection-history': 'depends on the history of the connection',
  'answers-pass':
    'depends on whether the machine that NAT leads to answers through this one (not to a client on its own link)',
  forwarding: 'depends on whether the machine forwards packets',
  'time-of-day': 'depends on the time of day',
  chance: 'depends on chance or on earlier packets',
  'header-field': 'depends on a header field that is not specified',
  'tcp-options': 'depends on the TCP options of the packet',
  payload: 'depends on the contents of the packet',
  'machine-state': 'depends on the state of the machine',
  'link-layer': 'depends on the link layer',
  'bridge-port': 'depends on the port of the bridge that the frame comes in or leaves by',
  'vlan-tag': 'depends on whether the frame carries a VLAN tag, also one that a bridge adds',
  'bridge-frames': 'only frames that pass a bridge of this machine meet this chain',
  'frames-not-seen':
    'both ends may be on one link, whose frames meet this chain only where a bridge of this machine passes them with bridge-nf-call-iptables=1',
  'lower-device': 'depends on whether the interface is a bridge, bond or VLAN on the device of this chain',
  sockets: 'depends on the sockets of this machine',
  routing: 'depends on the routing of this machine',
  ipsec: 'depends on IPsec',
  'conntrack-zone': 'depends on the conntrack zone',
  'hop-limit': 'depends on the TTL / hop limit',
  'interface-addresses': 'depends on the addresses of the interface',
  'interface-index': 'depends on the interface index',
  'host-name': 'depends on what the host name resolves to when the rules are loaded',

  unsupported: 'not supported by this program',
  'unsupported-mask': 'a network mask that this program does not support',
  'unknown-name': 'a name unknown to this program',
  'ipv6-address-type': 'an address type that depends on IPv6 routing',
  'icmp-type': 'a set element with an ICMP type',
  'literal-star': 'an interface name with a literal `*`',
  'compares-two-properties': 'compares two properties of the packet',
  'ambiguous-flags':
    'exactly these bits or any of them: depends on the version of nft, and on whether it wrote or reads this',
  'too-many-exceptions': 'the set has more exceptions than this program supports',
  'only-exceptions': 'matches only nomatch elements of the set',
  'netmask-of-several': 'an address range in a set with a netmask',
  'set-counters': 'depends on counters of the set',
  'expiring-elements': 'elements of the set have a timeout',
  'no-such-set': 'no set with this name in the table',
  'no-such-chain': 'no chain with this name in the table',
  'overlapping-elements':
    'overlapping map elements with different values: which one applies depends on the kernel',
  'joined-verdicts':
    'two verdicts in one rule: the second never runs, unless a line break between two rules was lost',
  'undeclared-set': 'the file adds elements to a set that it does not declare',
  'elements-removed': 'a command deletes elements of the set',
  'changing-set': 'rules change this set: depends on earlier packets',
  'full-set': 'rules add to this set, which is nearly full: depends on earlier packets',
  'rewrites-packet': 'rewrites the packet',
  'stateless-rewrite': 'rewrites the address without a connection',
  'other-interface': 'sends the packet out of another interface',
  'transparent-proxy': 'the packet goes to a local proxy',
  'answers-for-server': 'the kernel answers for the server',
  'cluster-decides': 'the cluster decides which node handles the packet',
  'caller-decides-rewrite': 'the rewrite depends on the calling chain',
  'connection-template': 'a CT template may prevent a later NOTRACK',
  'policy-of-earlier-block':
    'policy DROP from an earlier block of this table: iptables-legacy-restore keeps it, iptables-nft-restore does not',
  'declared-elsewhere': 'not in this file, which is part of a ruleset: give the output of iptables-save',

  'unlisted-elements':
    'the file lists no set elements, as with nft -t: give the output of nft list ruleset without -t',
  'unlisted-protocol': 'nft list may omit a protocol match before a TCP option match',
  'unlisted-family': 'nft list may omit an IPv4 or IPv6 match before ct protocol',
  'unlisted-family-of-reset':
    'nft list omits an IPv4 or IPv6 match before reject with tcp reset, unless a counter stands between them',
  'shifted-prefix':
    'nft list may show a prefix of a ct address as an address that begins with 0 (10.30.0.0/16 as 0.0.10.30)',
  'dormant-not-shown':
    'this JSON does not show whether the table is dormant: give the output of nft list ruleset (text)',
  'lost-statements':
    'nft before 1.0.6 omits conditions of set statements and elements from its JSON: give the output of nft list ruleset (text)',
  'cut-line':
    'one of the longest lines of the file, and the rule may go on: lines may have been truncated; give the file of vwaudit collect, or nft -j list ruleset',
  'cut-statement':
    'nft truncates a statement without JSON form at 1,023 bytes: give the output of nft list ruleset (text)',
  'translated-extension':
    'nft does not show all of an iptables extension: give the output of iptables-save instead',
  'opaque-extension': 'nft does not show this iptables extension: give the output of iptables-save instead',

  'in-interface': 'depends on the input interface',
  'out-interface': 'depends on the output interface',
  'packet-not-specified':
    'the packet is not specified enough (source port, interface or destination missing)',
  'destination-not-specified': 'the packet has no destination address',
  'client-port': 'depends on the source port of the client',
  'opening-flags': 'depends on more TCP flags of the first packet: SYN alone, or SYN, ECE and CWR with ECN',
  'sender-chooses':
    'depends on headers that the sender chooses: fragments, options, extension headers, segment size',
  mark: 'depends on an unknown mark',
  'segments-after-handshake':
    'matches some packets after the handshake: plain ACKs, or those with PSH (data)',
  'connection-pickup': 'depends on whether conntrack picks up a connection in the middle',
  'conntrack-order':
    'the chain has the priority of conntrack (-200): the order depends on which was registered first',
  'too-many-cases':
    'hangs on more tests together than this program follows (vwaudit trace --packet asks about one packet)',
  'not-followed': 'this program does not follow what becomes of it there',
  'too-many-destinations': 'the rules distinguish too many of these destinations: give a smaller prefix',

  'no-case-matches': 'no element of its map matches',
  'makes-no-difference': 'may match, but makes no difference',
  'program-decides': 'a userspace program decides',
  'drops-reply': 'it drops the reply',
  'drops-established': 'it drops packets once the connection is established',
  'drops-client-packets': 'it drops packets of the client once the connection is established',
};
