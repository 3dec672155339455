import type { Family } from '../../net/address.ts';
import type { Bound } from '../../net/interval-set.ts';
import type { Effect } from './action.ts';
import type { Gap } from './gap.ts';
import type { Match } from './match.ts';
import type { FilterHook } from './question.ts';
import type { RuleRef } from './rule-ref.ts';

/** One loaded ruleset, whatever language it was written in: the model is netfilter's own. */
export interface Ruleset {
  readonly file: string;
  readonly dialect: string;
  /** What loads the rules; null for a file without a byte in it. */
  readonly backend: Backend | null;
  /** The families the text speaks for: an iptables-save file says nothing about what IPv6 meets. */
  readonly families: readonly Family[];
  /** The hooks on which it says what is filtered; null where it is everything that is loaded, and filters on none of them. */
  readonly hooks: readonly FilterHook[] | null;
  readonly tables: readonly Table[];
  /** Rules that the file shows to be missing from what was given. */
  readonly gaps?: readonly Gap[];
  /** How many rules and settings its files have, where the tables do not have each once. */
  readonly entries?: number;
  /** Active rules of a hook that count for no flow: they are for other programs than the one that listens. */
  readonly setAside?: (hook: FilterHook) => readonly RuleRef[];
  /** Network profiles in which rules made on the computer itself do not count. */
  readonly withoutLocalRules?: readonly string[];
  /** Values of its files that are taken to change nothing, since nobody published what they do. */
  readonly undocumented?: readonly UndocumentedValue[];
  /** What was taken for granted of packets of a family when the file was read. */
  readonly assumptions?: readonly FamilyAssumption[];
}

/**
 * iptables as the machine calls it (`xtables`) or one of its two back ends, which may both be there and have tables of their own; nft;
 * the Windows Filtering Platform.
 */
export type Backend = 'xtables' | 'xtables-legacy' | 'xtables-nft' | 'nf_tables' | 'wfp';

/** `text` is the name and what was set, `EnableFoo=1`. */
export interface UndocumentedValue {
  readonly text: string;
  readonly file: string;
  readonly line: number;
}

export interface FamilyAssumption {
  readonly family: Family;
  readonly text: string;
  /** An ordinary machine may make it false: nothing passes until somebody states it. */
  readonly isUnstated?: true;
}

/** Written by iptables-save or ip6tables-save, or for their restore. */
export function isIptables({ backend }: Ruleset): boolean {
  return backend?.startsWith('xtables') === true;
}

/** Written by nft, as text or JSON. */
export function isNft({ backend }: Ruleset): boolean {
  return backend === 'nf_tables';
}

/** The dialect of a file without a byte in it. */
export const EMPTY_FILE = 'empty';

/** `inet` sees IPv4 and IPv6; `netdev` and `bridge` see frames before or beside the IP hooks. */
export const TABLE_FAMILIES = ['ip', 'ip6', 'inet', 'netdev', 'bridge', 'arp'] as const;

export type TableFamily = (typeof TABLE_FAMILIES)[number];

/** The file that `line` counts in; a table knows it because rulesets of several files are evaluated together. */
export interface Table {
  readonly file: string;
  readonly family: TableFamily;
  readonly name: string;
  /** nft `flags dormant`: its chains are loaded but hooked nowhere. */
  readonly isDormant: boolean;
  readonly chains: ReadonlyMap<string, Chain>;
}

export const HOOKS = [
  'ingress',
  'prerouting',
  'input',
  'forward',
  'output',
  'postrouting',
  'egress',
] as const;

export type Hook = (typeof HOOKS)[number];

export interface Chain {
  readonly name: string;
  /** Where it was declared; also where its policy stands. */
  readonly line: number;
  /** What nft calls it by, where the listing shows it. */
  readonly handle?: number | undefined;
  /** Null for a chain that is only jumped to. */
  readonly base: BaseChain | null;
  readonly rules: readonly Rule[];
  /** Its rules have no order of their own: what blocks stands before what allows. */
  readonly isUnordered?: true;
  /** Rules of the files that do not count here, made when first asked for. */
  readonly idle?: () => readonly IdleRule[];
  /** Those that are for other programs than the one that listens, likewise. */
  readonly forOthers?: () => readonly Rule[];
}

/** A rule that does not count in a list, and why: what the setting says, or the network profiles it is for, and that of the list. */
export interface IdleRule {
  readonly rule: Rule;
  readonly because:
    | { readonly kind: 'setting'; readonly setting: Rule }
    | { readonly kind: 'profile'; readonly profiles: readonly string[]; readonly here: string };
}

/** What makes a chain see packets. Chains on one hook run in order of `priority`, of equal ones the later in the file first. */
export interface BaseChain {
  readonly hook: Hook;
  /** `nat` chains see only the first packet of a connection. */
  readonly type: 'filter' | 'nat' | 'route';
  readonly priority: number;
  readonly policy: 'accept' | 'drop';
  /** The policy is none of the file: a path does not name it. */
  readonly isPolicyImplied?: true;
  /** Only for `ingress` and `egress`; `*` where the listing does not tell. */
  readonly devices: readonly string[];
}

/** Where all `matches` hold, the `effects` apply in order. */
export interface Rule {
  /** What it stands for where it is no rule of the file: the default policy of its chain, or rules that the file lacks. */
  readonly kind?: 'policy' | 'placeholder';
  /** What it is, where that is more than a rule somebody wrote. */
  readonly nature?: RuleNature;
  readonly line: number;
  /** What nft calls it by, where the listing shows it. */
  readonly handle?: number | undefined;
  /** As the file wrote it, without counters; not yet safe for a terminal. */
  readonly text: string;
  /** Its name and ID, where it has any. */
  readonly title?: string | undefined;
  readonly matches: readonly Match[];
  readonly effects: readonly Effect[];
  /** No rule of the file, but how the firewall is made: a path does not name it. */
  readonly isImplied?: true;
  /** The file and the store it is from, where these are not those of its table. */
  readonly source?: { readonly file: string; readonly table: string };
  /** The rules it stands for, where it is not one line of the file but many. */
  readonly joined?: JoinedRules;
}

/**
 * - `blocks-all`, `filters-nothing`: a setting that leaves no rule to count.
 * - `prompt`: made by the answer to a question that the system asked the user.
 */
export type RuleNature = 'blocks-all' | 'filters-nothing' | 'prompt';

/**
 * Neighbouring rules that do the same to different addresses. The rule that stands for them all tests for all the addresses,
 * and has the line and the text of the first.
 */
export interface JoinedRules {
  /** Which of the matches tells them apart. */
  readonly at: number;
  /** From and to which address each reaches, half open, in pairs and in the order of the file. */
  readonly bounds: readonly Bound[];
  /** Each tests for all the addresses between its bounds. */
  readonly areIntervals: boolean;
  /** The nth as the file wrote it: the same object every time. */
  readonly written: (nth: number) => Rule;
}

/** netfilter's usual priorities; iptables tables have exactly these. */
export const PRIORITY = {
  raw: -300,
  mangle: -150,
  dstnat: -100,
  filter: 0,
  security: 50,
  srcnat: 100,
} as const;

/** Where conntrack is used, it first puts fragments together (NF_IP_PRI_CONNTRACK_DEFRAG). */
export const DEFRAG_PRIORITY = -400;

/** Connection tracking looks at a packet on its first hook, after the chains of lower priority. */
export const CONNTRACK_PRIORITY = -200;
