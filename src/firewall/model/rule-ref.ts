import type { TableFamily } from './ruleset.ts';

/** Which rule of which file is meant, as data. */
export interface RuleRef {
  /** `placeholder`: stands for rules or a policy that the file lacks. */
  readonly kind: 'rule' | 'policy' | 'placeholder';
  readonly file: string;
  /** From 1; 0 in JSON, which has no lines to speak of. */
  readonly line: number;
  readonly family: TableFamily;
  readonly table: string;
  readonly chain: string;
  /** nft's handle of the rule, of a policy that of its chain; null where the listing has none. */
  readonly handle: number | null;
  /** As the file has it; not yet safe for a terminal. */
  readonly text: string;
  /** Its name and ID, where it has any: shown instead of the text. */
  readonly title?: string | undefined;
}
