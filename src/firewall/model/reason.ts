import type { Family } from '../../net/address.ts';
import type { Gap } from './gap.ts';
import type { WayReason } from './way-reason.ts';

/**
 * Why a test, a rule or an answer is not decided, or what the effect of a rule alone does not tell. Data: its text is made in
 * `verdict/trace/text/reason-text.ts`, and nothing compares texts.
 */
export type Reason =
  | { readonly code: PlainReason }
  /** The other back end, the rest of the ruleset or a table is missing from the file. */
  | { readonly code: 'missing-rules'; readonly gap: Gap }
  | { readonly code: 'to-chain'; readonly chain: string }
  /** Whether the server is at the port that NAT leads to. */
  | { readonly code: 'listening-port'; readonly port: number }
  /** `with` as the dialect names it, null for its default. */
  | { readonly code: 'refused'; readonly with: string | null }
  | WindowsReason
  | { readonly code: 'set-not-given'; readonly set: string }
  | { readonly code: 'unread-set-option'; readonly set: string; readonly option: string }
  | { readonly code: 'unknown-set-dimension'; readonly dimension: string }
  /** Of iptables: `nearest` is a known module, or chain or target, of a similar name. */
  | { readonly code: 'unknown-match-module'; readonly nearest: string | null }
  | { readonly code: 'no-such-chain-or-target'; readonly nearest: string | null }
  | TranslatedReason
  /** Without these messages no packet of the family gets through, where they are needed. */
  | {
      readonly code: 'drops-neighbour-message';
      readonly message: NeighbourMessage;
      readonly needed: 'always' | NeighbourCondition;
    }
  /** Only dropped neighbour discovery, or ARP, keeps the source out. */
  | { readonly code: 'only-neighbours-dropped'; readonly protocol: 'neighbour-discovery' | 'arp' }
  /** So many more rules followed that let the packet go on. */
  | { readonly code: 'entries-left-out'; readonly count: number }
  | WayReason
  /** No ruleset speaks for the family; the files without content may have been meant to. */
  | { readonly code: 'family-not-covered'; readonly family: Family; readonly emptyFiles: readonly string[] };

/** What a test depends on, or what was not understood: codes without arguments. */
export type PlainReason =
  | 'chain-order'
  // what the packet, the connection or the machine would have to be known for
  | 'earlier-packets'
  | 'connection-count'
  | 'recent-list'
  | 'source-country'
  | 'connection-history'
  | 'forwarding'
  | 'answers-pass'
  | 'time-of-day'
  | 'chance'
  | 'header-field'
  | 'tcp-options'
  | 'payload'
  | 'machine-state'
  | 'link-layer'
  | 'bridge-port'
  | 'vlan-tag'
  | 'bridge-frames'
  | 'frames-not-seen'
  | 'lower-device'
  | 'sockets'
  | 'routing'
  | 'ipsec'
  | 'conntrack-zone'
  | 'hop-limit'
  | 'interface-addresses'
  | 'interface-index'
  | 'host-name'
  // what the file, or this program, does not tell
  | 'unsupported'
  | 'unsupported-mask'
  | 'unknown-name'
  | 'ipv6-address-type'
  | 'icmp-type'
  | 'literal-star'
  | 'compares-two-properties'
  | 'ambiguous-flags'
  | 'too-many-exceptions'
  | 'only-exceptions'
  | 'netmask-of-several'
  | 'set-counters'
  | 'expiring-elements'
  | 'no-such-set'
  | 'no-such-chain'
  | 'overlapping-elements'
  | 'joined-verdicts'
  | 'undeclared-set'
  | 'elements-removed'
  | 'changing-set'
  | 'full-set'
  | 'rewrites-packet'
  | 'stateless-rewrite'
  | 'other-interface'
  | 'transparent-proxy'
  | 'answers-for-server'
  | 'cluster-decides'
  | 'caller-decides-rewrite'
  | 'connection-template'
  | 'policy-of-earlier-block'
  | 'declared-elsewhere'
  // what listings leave out
  | 'unlisted-elements'
  | 'unlisted-protocol'
  | 'unlisted-family'
  | 'unlisted-family-of-reset'
  | 'shifted-prefix'
  | 'dormant-not-shown'
  | 'lost-statements'
  | 'cut-line'
  | 'cut-statement'
  | 'translated-extension'
  | 'opaque-extension'
  // what the question, the packet asked about, leaves open
  | 'in-interface'
  | 'out-interface'
  | 'packet-not-specified'
  | 'destination-not-specified'
  | 'client-port'
  | 'opening-flags'
  | 'sender-chooses'
  | 'mark'
  | 'segments-after-handshake'
  | 'connection-pickup'
  | 'conntrack-order'
  | 'too-many-destinations'
  | 'too-many-cases'
  | 'not-followed'
  // what an export of Windows leaves open
  | 'network-profile'
  | 'interface-kind'
  | 'local-user'
  /** What listens was collected, but not which program it is. */
  | 'listener-unread'
  | 'trust-tuple'
  | 'network-name'
  | 'windows-version'
  | 'local-only-mapping'
  | 'hardening-order'
  // what a rule on the path does
  | 'no-case-matches'
  | 'makes-no-difference'
  | 'program-decides'
  | 'drops-reply'
  | 'drops-established'
  | 'drops-client-packets';

/** What a rule or an export of Windows depends on. */
export type WindowsReason =
  /** Outside the grammar of rules. */
  | { readonly code: 'rule-grammar'; readonly part: string }
  | { readonly code: 'rule-key'; readonly key: string }
  | { readonly code: 'rule-version'; readonly version: string }
  /** The rule is for this program or service alone; others that no rule tells from it beside it. */
  | {
      readonly code: 'listener-program';
      readonly program: string;
      readonly others?: readonly string[];
    }
  | { readonly code: 'listener-service'; readonly service: string }
  | { readonly code: 'address-keyword'; readonly keyword: string }
  /** No file has this part of the rules: the cmdlet that gives it, or the option of netsh. */
  | { readonly code: 'filter-not-given'; readonly filter: string }
  /** The rule's ID stands in more than one store, with other contents; the places of both. */
  | { readonly code: 'same-rule-id'; readonly id: string; readonly places: readonly string[] }
  /** Another file lists all rules of the store, and does not have this one. */
  | { readonly code: 'not-in-other-export'; readonly file: string }
  /** Another product has registered itself as the firewall. */
  | { readonly code: 'other-product' }
  /** No file lists the rules of the store. */
  | { readonly code: 'store-not-given'; readonly store: 'local' | 'policy' }
  | { readonly code: 'setting-not-given'; readonly setting: string }
  | { readonly code: 'setting-unclear'; readonly setting: string; readonly because: UnclearSetting }
  /** The file lacks what the tool that exports writes at the end. */
  | { readonly code: 'cut-export'; readonly lacks: string }
  /** A setting whose effect is not known. */
  | { readonly code: 'unread-setting'; readonly setting: string }
  /** A key, setting or property that Windows does not have, where one of the firewall may be meant; null: which one is not known. */
  | { readonly code: 'misspelt-name'; readonly name: string; readonly perhaps: string | null };

/** No value that Windows documents, several that differ, or a value in a key where it may not stand. */
export type UnclearSetting = 'value' | 'several' | 'misplaced';

/** NAT sends it to another address or port, null where it is not one alone; `lead` says what that means, where it matters. */
export interface TranslatedReason {
  readonly code: 'translated';
  readonly address: string | null;
  readonly port: number | null;
  readonly lead: LeadReason | null;
}

/** What it means that NAT leads a packet to another place. */
export type LeadReason =
  | 'to-this-machine'
  | 'to-another-machine'
  | 'perhaps-same-host'
  | 'perhaps-this-machine'
  | 'perhaps-nowhere'
  | 'perhaps-not-forwarded'
  | 'not-forwarded'
  | 'perhaps-other-port'
  | 'not-served'
  | 'to-open-port';

/** Neighbour discovery of IPv6 (RFC 4861) and ARP ask for a link address and answer with one. */
export type NeighbourMessage =
  'neighbour-solicitation' | 'neighbour-advertisement' | 'arp-request' | 'arp-reply';

/**
 * What decides whether such a message is needed, or which one is sent: where the other end is, what is known already, which of its
 * addresses the machine is asked for, and from which it asks.
 */
export type NeighbourCondition =
  | 'on-link'
  | 'beyond-router'
  | 'address-unknown'
  | 'asked-for-destination'
  | 'asked-for-other'
  | 'asks-from-flow'
  | 'asks-from-link-local';
