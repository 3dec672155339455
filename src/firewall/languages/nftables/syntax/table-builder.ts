import type { BaseChain, TableFamily } from '../../../model/ruleset.ts';
import type { Element, RuleDraft } from './syntax.ts';
import type { Reason } from '../../../model/reason.ts';

/** A table as it grows while a file is read: nft commands add to it in any order. */
export interface TableDraft {
  readonly family: TableFamily;
  readonly name: string;
  /** Null where the listing does not show it. */
  isDormant: boolean | null;
  readonly chains: Map<string, ChainDraft>;
  readonly sets: Map<string, SetDraft>;
  /** What limits and quotas have in their braces, by kind and name: `limit x`. */
  readonly objects: Map<string, string>;
}

export interface ChainDraft {
  readonly name: string;
  readonly line: number;
  handle?: number | undefined;
  base: BaseChain | null;
  readonly rules: RuleDraft[];
  /** Those that `insert rule` puts before all others, the first of them last. */
  readonly inserted: RuleDraft[];
}

/** A named set, map or verdict map. */
export interface SetDraft {
  readonly name: string;
  /** Where it is declared in the text. */
  readonly at: number;
  readonly elements: Element[];
  /** How many elements it takes; null where its head does not say. */
  size: number | null;
  /** Rules take elements out of it. */
  isReduced: boolean;
  /** Its elements leave it by themselves, those that say nothing else. */
  isTimed: boolean;
  /** Its elements may be ranges, beginnings of names among them. */
  isInterval: boolean;
  /** Why its contents are not what the file lists; null when they are. */
  uncertainty: Reason | null;
}

/** The tables of a file so far, by family and name. */
export type Tables = Map<string, TableDraft>;

export function tableId(family: TableFamily, name: string): string {
  return `${family} ${name}`;
}

export function newTable(family: TableFamily, name: string): TableDraft {
  return { family, name, isDormant: false, chains: new Map(), sets: new Map(), objects: new Map() };
}

/** The chain of that name, made when the table has none. */
export function chainIn(table: TableDraft, name: string, line: number): ChainDraft {
  const known = table.chains.get(name);
  if (known !== undefined) return known;
  const chain: ChainDraft = { name, line, base: null, rules: [], inserted: [] };
  table.chains.set(name, chain);
  return chain;
}

/** The rules of a chain in their order. */
export function rulesOf({ rules, inserted }: ChainDraft): readonly RuleDraft[] {
  return inserted.length === 0 ? rules : [...inserted.toReversed(), ...rules];
}

/** The set or map of that name, made when the table has none. */
export function setIn(table: TableDraft, name: string, at: number): SetDraft {
  const known = table.sets.get(name);
  if (known !== undefined) return known;
  const set: SetDraft = {
    name,
    at,
    elements: [],
    size: null,
    isReduced: false,
    isTimed: false,
    isInterval: false,
    uncertainty: null,
  };
  table.sets.set(name, set);
  return set;
}
