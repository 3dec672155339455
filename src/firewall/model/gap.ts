import type { Family } from '../../net/address.ts';

/** What a file shows to be missing from it. */
export type GapCode =
  /** The other back end of iptables has tables of its own. */
  | 'legacy-tables'
  /** iptables can't show what nft has put into its table, or hooked into it. */
  | 'unsaved-table'
  /** Chains without a single rule, or no chain: `nft list chains` and the like show no more. */
  | 'no-rules'
  /** The file ends after a table that the tool finishes with a comment. */
  | 'cut-off'
  /** Rules rely on a table that is not there. */
  | 'missing-nat'
  | 'missing-marks'
  /** The file is empty and its name does not say what it was to contain. */
  | 'empty-file';

/** Rules that are missing from what was given: until they are known, they may do anything the code allows for. */
export interface Gap {
  readonly code: GapCode;
  /** Whose packets they may meet. */
  readonly families: readonly Family[];
  /** Where the file shows it. */
  readonly file: string;
  readonly line: number;
  /** The table, chain or line that shows it. */
  readonly sign: string;
}
