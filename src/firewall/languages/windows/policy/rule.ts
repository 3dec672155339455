import type { Family } from '../../../../net/address.ts';
import type { IntervalSet } from '../../../../net/interval-set.ts';
import type { Reason } from '../../../model/reason.ts';
import type { Profile } from './profile.ts';

/** Where a rule is kept. `hardening`: layers of their own that can only block (RestrictedServices). */
export type Store = 'local' | 'policy' | 'mdm' | 'hardening';

/** Which rule of which file. A rule is its ID; display names repeat. */
export interface RuleOrigin {
  readonly file: string;
  /** From 1; 0 where the file has no lines. */
  readonly line: number;
  readonly store: Store;
  /** Its value name or InstanceID; in netsh text its place. */
  readonly id: string;
  readonly name: string;
  /** As the file has it. */
  readonly text: string;
}

/** A part of a rule that is not understood, or that is outside the grammar: it may hold or not. */
export interface Doubt {
  /** As the file has it. */
  readonly text: string;
  readonly reason: Reason;
}

/** Ports of one side: numbers, half open, and keywords for ports that some component holds at the moment. */
export interface PortCondition {
  readonly in: IntervalSet;
  readonly keywords: readonly string[];
  /** Ports, ranges and keywords, as written: 80,81 are two. */
  readonly entries: number;
}

/** Addresses of one side: sets of each family and keywords that the machine resolves. */
export interface AddressCondition {
  readonly in: Readonly<Record<Family, IntervalSet>>;
  readonly keywords: readonly Keyword[];
}

/** Families null stands for both. */
export interface Keyword {
  readonly word: string;
  readonly family: Family | null;
}

/** One rule of any store and file, its conditions as the rule engine sees them. Null is no condition. */
export interface WindowsRule {
  readonly origin: RuleOrigin;
  /** Those it may have: two where the text says both, none where it does not say. */
  readonly actions: readonly WindowsAction[];
  /** Null where the file does not tell. */
  readonly isActive: boolean | null;
  readonly directions: readonly Direction[];
  readonly profiles: readonly Profile[] | null;
  readonly protocol: number | null;
  readonly localPorts: PortCondition | null;
  readonly remotePorts: PortCondition | null;
  /** Types of ICMP it asks for. */
  readonly hasIcmpTypes: boolean;
  readonly localAddresses: AddressCondition | null;
  readonly remoteAddresses: AddressCondition | null;
  readonly program: string | null;
  readonly service: string | null;
  /** A package SID or family name. */
  readonly package: string | null;
  /** Whether only traffic that IPsec authenticated fits. */
  readonly isAuthenticated: boolean;
  readonly doubts: readonly Doubt[];
}

export type WindowsAction = 'allow' | 'block' | 'bypass';

export const DIRECTIONS = ['in', 'out'] as const;

export type Direction = (typeof DIRECTIONS)[number];
