import type { IntervalSet } from '../../net/interval-set.ts';
import type { Family } from '../../net/address.ts';
import type { Match } from './match.ts';
import type { Reason } from './reason.ts';

/**
 * What a rule does to the packets it matches. `accept` ends only the base chain it was reached from, `drop` and
 * `reject` end everything; `continue` covers what changes no packet's fate (counters, logs, comments, set updates).
 */
export type Effect =
  | { readonly kind: 'accept' }
  | { readonly kind: 'drop' }
  /** `with` as the dialect names it (`icmp-port-unreachable`, `tcp reset`), null for its default. */
  | { readonly kind: 'reject'; readonly with: string | null }
  | CallEffect
  | { readonly kind: 'return' }
  | { readonly kind: 'continue' }
  /** Handed to a program, which accepts or drops; ends the base chain. */
  | { readonly kind: 'queue' }
  | AssignEffect
  /** The packet is not tracked: its state is `untracked`, no NAT applies. */
  | { readonly kind: 'untrack' }
  | DnatEffect
  | RedirectEffect
  | SnatEffect
  /** The rest of the rule applies only where all of these hold: for a test written after a statement. */
  | { readonly kind: 'only-if'; readonly matches: readonly Match[] }
  /** The one case that matches applies (verdict maps, NAT and mark maps); where none matches, the rule ends without effect. */
  | { readonly kind: 'choose'; readonly cases: readonly MapCase[] }
  | UnknownEffect;

export interface CallEffect {
  readonly kind: 'jump' | 'goto';
  readonly chain: string;
}

export interface MapCase {
  readonly match: Match;
  readonly effects: readonly Effect[];
}

/** Every bit of a mark, or of another field of 32 bits. */
export const ALL_BITS = 0xffff_ffff;

export type MarkField = 'mark' | 'ct-mark';

/**
 * Sets a mark, or the hop limit of IPv6, which is 255 in every message of neighbour discovery that counts: `(from & and) ^ xor`, all 32 bits, where `from` is the named mark before. `0x1` alone is
 * `{ and: 0, xor: 1 }`, `mark or 0x4` is `{ and: ~4, xor: 4 }`. `value: null` = set to something not known,
 * `isForeign` by what the file does not show.
 */
export interface AssignEffect {
  readonly kind: 'assign';
  readonly field: MarkField | 'hop-limit';
  readonly value: { readonly from: MarkField; readonly and: number; readonly xor: number } | null;
  readonly isForeign?: true;
}

/** Rewrites the destination; ends the NAT chain. `to` null keeps the address, `ports` null keeps the port (half-open intervals both). */
export interface DnatEffect {
  readonly kind: 'dnat';
  readonly family: Family | null;
  readonly to: IntervalSet | null;
  readonly ports: IntervalSet | null;
}

/**
 * Source NAT and masquerading: ends the NAT chain; the connection keeps its answer path. `to` null is an address not given; the
 * port may always change.
 */
export interface SnatEffect {
  readonly kind: 'snat';
  readonly family: Family | null;
  readonly to: IntervalSet | null;
}

/** Rewrites the destination to this machine; `ports` null keeps the port. */
export interface RedirectEffect {
  readonly kind: 'redirect';
  readonly ports: IntervalSet | null;
}

/** Not known: it may accept, drop or let the packet go on, and leave it marked, untracked or translated. */
export interface UnknownEffect {
  readonly kind: 'unknown';
  readonly text: string;
  readonly reason: Reason;
  /** It accepts or drops and does nothing else, so no rule after it makes a difference. Else it may change the packet or let it go on. */
  readonly isVerdict?: true;
}
