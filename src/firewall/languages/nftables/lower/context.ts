import type { InputError } from '../../../../input-error.ts';
import { badRuleset } from '../../../model/source-location.ts';
import type { Chain } from '../../../model/ruleset.ts';
import type { TableDraft } from '../syntax/table-builder.ts';
import { firstWord } from '../syntax/first-word.ts';
import type { Origin } from '../syntax/origin.ts';
import type { Expression, Statement } from '../syntax/syntax.ts';
import type { MapCase } from '../../../model/action.ts';
import type { Lowered } from './lowered.ts';
import type { SetLookup } from './values/collected.ts';

export type LowerStatement = (statement: Statement, context: TableContext) => Lowered;

/** What the rules of one table are lowered in. */
export interface TableContext {
  readonly origin: Origin;
  readonly table: TableDraft;
  /** What a statement means, handed in by the registry of statements. */
  readonly lowerStatement: LowerStatement;
  /** The table is one of iptables, whose rules nft lists as iptables translates them. */
  readonly isIptablesListing: boolean;
  /** The line of the rule being read. */
  line: number;
  /** Where the rule or the set being read begins. */
  at: number;
  /** Named sets and maps as they were read for a key of one type; thousands of rules may look into one of them. */
  readonly setLookups: Map<string, SetLookup>;
  readonly cases: Map<string, readonly MapCase[]>;
  /** Chains that rules write in place, `jump { … }`. */
  readonly anonymous: Chain[];
}

/** The error for an expression of the rule or set being read. */
export function badRule(
  { origin, at }: TableContext,
  expression: Expression | null,
  message: string,
  value: string | undefined,
  fix: string,
): InputError {
  return badRuleset(
    origin.placeOf(expression === null ? null : firstWord(expression), at),
    message,
    value,
    fix,
  );
}

/** Reads what begins elsewhere than the rule: errors name that place. */
export function readingAt<T>(context: TableContext, at: number, read: () => T): T {
  const { at: before } = context;
  context.at = at;
  const result = read();
  context.at = before;
  return result;
}
