import type { Family } from '../../../../net/address.ts';
import type { Counter, KnownOfTest } from '../../../model/match.ts';
import type { Reason } from '../../../model/reason.ts';

/**
 * nft's rule language as a tree, before it is given a meaning: what the text and the JSON dialect both read into.
 * The shapes follow libnftables-json(5).
 */
export type Expression =
  | Word
  /** A header field: `ip saddr`, `tcp dport`, `th sport`. */
  | { readonly kind: 'field'; readonly header: string; readonly name: string }
  /** `@th,16,16`: bits of a header by offset and length. */
  | { readonly kind: 'raw'; readonly base: string; readonly offset: number; readonly length: number }
  | { readonly kind: 'meta'; readonly key: string }
  | Conntrack
  | { readonly kind: 'fib'; readonly inputs: readonly string[]; readonly result: string }
  /** A field of an IPv6 extension header, or with `name: null` the header itself. */
  | { readonly kind: 'extension'; readonly header: string; readonly name: string | null }
  | Opaque
  | Binary
  | { readonly kind: 'prefix'; readonly address: Expression; readonly length: number }
  | { readonly kind: 'range'; readonly from: Expression; readonly to: Expression }
  /** `ip saddr . tcp dport` */
  | { readonly kind: 'concat'; readonly parts: readonly Expression[] }
  /** `new,established`: bits or-ed together. */
  | { readonly kind: 'list'; readonly parts: readonly Expression[] }
  | Collection
  /** `ip saddr map { … }`: the data of the element the key is found at. */
  | { readonly kind: 'map'; readonly key: Expression; readonly data: Collection };

/** A number, a name, an address: what it means depends on what it is compared with. */
export interface Word {
  readonly kind: 'word';
  readonly text: string;
  /** Its offset in the text; 0 in JSON, where an error looks for the word. One number, since sets have a hundred thousand words. */
  readonly at: number;
}

export interface Conntrack {
  readonly kind: 'ct';
  readonly key: string;
  readonly direction: 'original' | 'reply' | null;
  readonly family: Family | null;
}

/** A value that a packet does not show: `socket transparent`, `numgen inc mod 2`. */
export interface Opaque {
  readonly kind: 'opaque';
  readonly text: string;
  readonly reason: Reason;
  /** The transport the packet must have, as the kernel checks before it looks. */
  readonly protocol?: number | undefined;
  /** Where it is an option of a header: which one, and whether the test is for the option itself or for a field of it. */
  readonly option?: HeaderOption | undefined;
  /** The part of the packet it is computed from, which the kernel looks for first. */
  readonly of?: Expression | undefined;
  /** A generator's values are 0 up to this, exclusive. */
  readonly modulus?: number | undefined;
}

export interface HeaderOption {
  readonly header: 'ip' | 'tcp' | 'sctp' | 'dccp';
  /** `either`: JSON writes `tcp option 253 missing` and the first byte of that option alike. */
  readonly tests: 'presence' | 'field' | 'either';
}

export interface Binary {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

export type BinaryOperator = '&' | '|' | '^' | '<<' | '>>';

/** An anonymous set or map, or the name of one of the table. */
export type Collection =
  | { readonly kind: 'set'; readonly elements: readonly Element[] }
  | { readonly kind: 'reference'; readonly name: string };

/** One element of a set (`data: null`), a map or a verdict map; the word `*` as key is the catch-all. */
export interface Element {
  readonly key: Expression;
  readonly data: Expression | Verdict | null;
  /** Whether it leaves the set by itself; absent where that is as the set says. */
  readonly isTemporary?: boolean;
}

export type Verdict =
  | { readonly kind: 'accept' | 'drop' | 'return' | 'continue' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string }
  /** `jump { … }`: the chain has no name. */
  | { readonly kind: 'jump' | 'goto'; readonly block: readonly RuleDraft[] };

/** `implicit` is no operator, as in `tcp dport 22`: equal, or for flags at least one of them. */
export type Operator = 'implicit' | '==' | '!=' | '<' | '>' | '<=' | '>=' | '!';

/** A statement as it was read; each kind is read, lowered and shown by a file of `statements/`. */
export type Statement =
  | Relation
  | VerdictMap
  | VerdictStatement
  | Reject
  | Queue
  | Mangle
  | Nat
  | Notrack
  | SetUpdate
  | ObjectMap
  | Note
  | Condition
  | Unknown;

/** `tcp dport 22`: a test. */
export interface Relation {
  readonly kind: 'match';
  readonly left: Expression;
  readonly operator: Operator;
  readonly right: Expression;
}

export interface VerdictMap {
  readonly kind: 'vmap';
  readonly key: Expression;
  readonly data: Collection;
}

export interface VerdictStatement {
  readonly kind: 'verdict';
  readonly verdict: Verdict;
}

export interface Reject {
  readonly kind: 'reject';
  readonly type: 'icmp' | 'icmpv6' | 'icmpx' | 'tcp reset' | null;
  readonly code: string | null;
}

export interface Queue {
  readonly kind: 'queue';
  readonly text: string;
}

/** `meta mark set 1`: gives a part of the packet or of its connection a value. */
export interface Mangle {
  readonly kind: 'mangle';
  readonly target: Expression;
  readonly value: Expression;
}

export interface Nat {
  readonly kind: 'nat';
  readonly type: 'snat' | 'dnat' | 'masquerade' | 'redirect';
  readonly family: Family | null;
  readonly address: Expression | null;
  readonly ports: Expression | null;
  /** `random`, `persistent` and the like. */
  readonly flags: readonly string[];
}

export interface Notrack {
  readonly kind: 'notrack';
}

/** `add @set { key limit … }` and `meter`; `reason` is what the statement in it depends on that decides whether the rule goes on. */
export interface SetUpdate {
  readonly kind: 'set-update';
  readonly text: string;
  /** The set that changes; null where it is none. */
  readonly set: string | null;
  /** How many elements a meter takes, where the rule says so. */
  readonly size: number | null;
  readonly operation: 'add' | 'delete';
  readonly key: Expression;
  readonly reason: Reason | null;
  /** What is known of the test in it. */
  readonly known?: KnownOfTest;
}

/** `counter name tcp dport map @m`: where the key is not in the map, the rule ends. */
export interface ObjectMap {
  readonly kind: 'object-map';
  readonly object: 'counter' | CountingKind;
  readonly text: string;
  readonly key: Expression;
  readonly data: Collection;
}

/** Changes no packet's fate: a counter, a log, a comment. */
export interface Note {
  readonly kind: 'note';
  readonly text: string;
}

/** A test of something a packet does not show: `limit`, `quota`, `ct count`. */
export interface Condition {
  readonly kind: 'condition';
  readonly text: string;
  readonly reason: Reason;
  readonly known?: KnownOfTest;
  readonly counter?: Counter;
  /** The object of the table that it names. */
  readonly object?: { readonly kind: CountingKind; readonly name: string };
}

/** Objects of a table that packets are counted by. */
export type CountingKind = 'limit' | 'quota';

/** May do anything. */
export interface Unknown {
  readonly kind: 'unknown';
  readonly text: string;
  readonly reason: Reason;
}

/** A rule that was found but not read yet: the trees of a million rules would not fit into memory. */
export interface RuleDraft {
  readonly line: number;
  readonly handle?: number | undefined;
  /** Where it begins in the text. */
  readonly at: number;
  read(): ReadRule;
}

export interface ReadRule {
  /** As the file wrote it, without counters. */
  readonly text: string;
  readonly statements: readonly Statement[];
}
