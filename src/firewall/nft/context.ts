import type { InputError } from '../../input-error.ts';
import { badRuleset } from '../place.ts';
import type { Chain } from '../ruleset.ts';
import type { TableDraft } from './draft.ts';
import type { Case } from '../effect.ts';
import type { Membership } from './membership.ts';

/** What the rules of one table are given their meaning in. */
export interface TableContext {
  readonly file: string;
  readonly table: TableDraft;
  /** The line of the rule being read. */
  line: number;
  /** Named sets and maps as they were read for a key of one type; thousands of rules may look into one of them. */
  readonly memberships: Map<string, Membership>;
  readonly cases: Map<string, readonly Case[]>;
  /** Chains that rules write in place, `jump { … }`. */
  readonly anonymous: Chain[];
}

/** The error for the rule being read. */
export function badRule(
  context: TableContext,
  message: string,
  value: string | undefined,
  fix: string,
): InputError {
  return badRuleset({ file: context.file, line: context.line }, message, value, fix);
}
