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

/** What has to hold of a packet for a rule to match it, as the rule engine sees it. Null is no condition. */
export interface RuleConditions {
  readonly profiles: readonly Profile[] | null;
  readonly protocol: number | null;
  readonly localPorts: PortCondition | null;
  readonly remotePorts: PortCondition | null;
  readonly localAddresses: AddressCondition | null;
  readonly remoteAddresses: AddressCondition | null;
  readonly doubts: readonly Doubt[];
}

/** One rule of any store and file: when and for whom it is in force. */
export interface WindowsRule {
  readonly origin: RuleOrigin;
  /** Those it may have: two where the text says both, none where it does not say. */
  readonly actions: readonly WindowsAction[];
  /** Null where the file does not tell. */
  readonly isActive: boolean | null;
  readonly directions: readonly Direction[];
  readonly program: string | null;
  readonly service: string | null;
  /** A package SID or family name. */
  readonly package: string | null;
  /** Whether only traffic that IPsec authenticated fits. */
  readonly isAuthenticated: boolean;
  /** Found when first asked for: most rules of a computer are off or for other programs, and nobody asks. */
  readonly conditions: () => RuleConditions;
}

/** All that a rule says but where it stands and what it is called, as a text to compare. */
export function meaningOf(rule: WindowsRule): string {
  const { actions, isActive, directions, program, service, isAuthenticated } = rule;
  return JSON.stringify(
    [...[actions, isActive, directions, program, service, rule.package, isAuthenticated], rule.conditions()],
    (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
  );
}

/** The rule with a further doubt. */
export function withDoubt(rule: WindowsRule, doubt: Doubt): WindowsRule {
  return withConditions(rule, (of) => ({ ...of, doubts: [...of.doubts, doubt] }));
}

/** The rule with other conditions. */
export function withConditions(
  rule: WindowsRule,
  change: (conditions: RuleConditions) => RuleConditions,
): WindowsRule {
  return { ...rule, conditions: whenAsked(() => change(rule.conditions())) };
}

/** What is found when it is first asked for, and then known. */
export function whenAsked<Found extends object>(find: () => Found): () => Found {
  let found: Found | undefined;
  return () => (found ??= find());
}

export type WindowsAction = 'allow' | 'block' | 'bypass';

export const DIRECTIONS = ['in', 'out'] as const;

export type Direction = (typeof DIRECTIONS)[number];
