import type { LeadReason, NeighbourMessage, PlainReason, Reason } from '../firewall/model/reason.ts';
import type { Family } from '../net/address.ts';
import { gapText } from './gap-text.ts';

/** One clause: why something is not decided, or what the effect of a rule alone does not tell. */
export function reasonText(reason: Reason): string {
  switch (reason.code) {
    case 'missing-rules':
      return gapText(reason.gap);
    case 'to-chain':
      return `to chain ${reason.chain}`;
    case 'refused':
      return reason.with === null ? 'refused with an answer' : `refused with ${reason.with}`;
    case 'set-not-given':
      return `the contents of set ${reason.set} are not given (ipset save)`;
    case 'unread-set-option':
      return `set ${reason.set} has an option this program does not read (${reason.option})`;
    case 'unknown-set-dimension':
      return `a set dimension this program does not know (${reason.dimension})`;
    case 'translated':
      return [sentTo(reason.address, reason.port), reason.lead === null ? '' : LEADS[reason.lead]]
        .filter((part) => part !== '')
        .join(': ');
    case 'drops-neighbour-message':
      return `without ${MESSAGES[reason.message]} packet gets through${NEEDED[reason.needed]}`;
    case 'only-neighbours-dropped':
      return `nothing but dropped ${reason.protocol === 'arp' ? 'ARP' : 'neighbour discovery'} keeps them out, which tunnels and neighbours configured by hand do without`;
    case 'entries-left-out':
      return `then ${reason.count} more that let it go on`;
    case 'family-not-covered':
      return notCovered(reason.family, reason.emptyFiles);
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
  const silence = `no ruleset that was given says anything about IPv${family}`;
  return file === undefined
    ? `${silence}: give ${command} too`
    : `${silence}, and ${file} is empty, as where ${command} fails or finds no table: run it as root, or give nft -j list ruleset`;
}

const LEADS: Readonly<Record<LeadReason, string>> = {
  'to-this-machine': 'goes to the machine that runs the rules, not to the destination',
  'to-another-machine': 'goes to another machine, not to the destination',
  'perhaps-same-host': 'not known whether that is the same host',
  'perhaps-this-machine': 'not known whether that is an address of this machine (--self-address)',
  'perhaps-not-forwarded':
    'not known whether this machine forwards packets (sysctl net.ipv4.ip_forward; if so, give --forwarding)',
  'perhaps-other-port': 'not known whether the server is at that port (vwaudit check asks it)',
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
  'address-unknown': ' unless the link address of the other side is known already',
} as const;

const PLAIN: Readonly<Record<PlainReason, string>> = {
  'earlier-packets': 'depends on earlier packets',
  'connection-count': 'depends on how many connections there are',
  'connection-history': "depends on the connection's history",
  'time-of-day': 'depends on the time of day',
  chance: 'depends on chance or on earlier packets',
  'header-field': 'depends on a header field the question leaves open',
  'tcp-options': "depends on the packet's TCP options",
  payload: 'depends on the contents of the packet',
  'machine-state': 'depends on the state of the machine',
  'link-layer': 'depends on the link layer',
  sockets: 'depends on the sockets of this machine',
  routing: 'depends on the routing of this machine',
  ipsec: 'depends on IPsec',
  'conntrack-zone': 'depends on the conntrack zone',
  'hop-limit': 'depends on the TTL / hop limit',
  'interface-addresses': "depends on this interface's own addresses",
  'interface-index': 'an interface by its number: depends on how this machine counts them',
  'host-name': 'a host name: depends on what it resolves to when the rules are loaded',

  unsupported: 'not known to this program',
  'unsupported-mask': 'a network mask this program does not follow',
  'unknown-name': 'a name this program does not know',
  'unknown-match-module': 'a match module this program does not know',
  'ipv6-address-type': 'an address type that IPv6 tests in its own way',
  'icmp-type': 'an ICMP type or the like',
  'literal-star': 'an interface name with a literal `*`',
  'compares-two-properties': 'compares two properties of the packet',
  'ambiguous-flags':
    'nft may mean exactly these bits, or one of them: that depends on its version, and on whether it wrote this or read it',
  'too-many-exceptions': 'more exceptions in a set than this program follows',
  'only-exceptions': 'matches only the exceptions of the set',
  'netmask-of-several': 'several addresses in a set with a netmask',
  'set-counters': 'depends on counters of the set',
  'expiring-elements': 'elements of the set expire by themselves',
  'no-such-set': 'no set of this name in the table',
  'no-such-chain': 'no chain of this name in the table',
  'no-such-chain-or-target': 'neither a chain of this table nor a target this program knows',
  'overlapping-elements':
    'two elements of the map that overlap give different things: which one counts depends on the kernel',
  'joined-verdicts':
    'two verdicts in one rule: the second never runs, unless a line break between two rules was lost',
  'undeclared-set': 'the file adds to a set it does not declare',
  'elements-removed': 'a command takes elements out of the set',
  'changing-set': 'a set that rules change: depends on earlier packets',
  'full-set': 'a set that rules add to, with room for few more elements: depends on earlier packets',
  'rewrites-packet': 'rewrites the packet',
  'stateless-rewrite': 'rewrites the address without a connection',
  'other-interface': 'sends the packet out of another interface',
  'transparent-proxy': 'the packet goes to a local proxy',
  'answers-for-server': 'the kernel answers in place of the server',
  'cluster-decides': 'a cluster decides which node takes the packet',
  'caller-decides-rewrite': 'who calls this chain decides what it rewrites',
  'connection-template': 'a CT template may prevent a later NOTRACK',
  'policy-of-earlier-block':
    'DROP by an earlier block of this table: iptables-legacy-restore keeps that, iptables-nft-restore does not',
  'declared-elsewhere': 'not in this file, which is a part of a ruleset: give the output of iptables-save',

  'unlisted-elements':
    'the file lists no element of any set, as nft -t does: give the output of nft list ruleset without -t',
  'unlisted-protocol': 'nft list leaves out a test for the protocol before a test for a TCP option',
  'unlisted-family': 'nft list leaves out a test for IPv4 or IPv6 before ct protocol',
  'dormant-not-shown':
    'this JSON does not show whether the table is dormant: give the output of nft list ruleset (text)',
  'lost-statements':
    'nft before 1.0.6 leaves conditions of set statements and elements out of its JSON: give the output of nft list ruleset (text)',
  'cut-statement':
    'nft cuts a statement it has no JSON for after 1,023 bytes: give the output of nft list ruleset (text)',
  'translated-extension':
    'what nft shows of an iptables extension is not all of it: give the output of iptables-save instead',
  'opaque-extension':
    'an iptables extension that nft does not explain: give the output of iptables-save instead',

  'in-interface': 'depends on the interface it comes in by',
  'out-interface': 'depends on the interface it leaves by',
  'packet-not-specified':
    'the packet is not specified enough (source port, interface or destination missing)',
  'destination-not-specified': 'the question does not say which address is asked for',
  'client-port': 'depends on the port the client connects from',
  mark: 'depends on a mark that is not known',
  'segments-after-handshake':
    'matches some packets after the handshake: plain ACKs, or those with data, which carry PSH',
  'connection-pickup': 'depends on whether conntrack picks up a connection in the middle',
  'conntrack-order':
    'the chain has the priority of conntrack (-200): which of them sees the packet first depends on the order they were registered in',
  'too-many-destinations': 'the rules tell too many of these destinations apart: ask about a smaller prefix',

  'default-policy': 'no rule of the chain decided',
  'no-case-matches': 'none of its cases fits',
  'makes-no-difference': 'may match, which makes no difference',
  'program-decides': 'a program decides',
  'drops-reply': 'it drops the answer',
  'drops-established': 'it drops what comes after the handshake',
  'drops-client-packets': 'it drops what a client sends once it is connected',
};
