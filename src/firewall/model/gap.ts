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

/** Why an answer is open, and what to give in addition. */
export function gapText({ code, families, file, sign }: Gap): string {
  const six = families.includes(4) ? '' : '6';
  switch (code) {
    case 'legacy-tables':
      return `iptables has legacy tables that the file does not show: give the output of ip${six}tables-legacy-save too`;
    case 'unsaved-table':
      return `rules that nft made are missing in the file (table ${sign}): give the output of nft list ruleset too`;
    case 'no-rules':
      return 'the file lists no rule, as nft list chains does: give the output of nft -j list ruleset';
    case 'cut-off':
      return `the file ends early, after table ${sign}: give the whole output of ip${six}tables-save`;
    case 'missing-nat':
      return `table nat is missing in the file, and ${sign} relies on it: give the output of ip${six}tables-save, without -t`;
    case 'missing-marks':
      return `a table that sets marks is missing in the file, and ${sign} tests them: give the output of ip${six}tables-save, without -t`;
    case 'empty-file':
      return `${file} is empty, as where a command fails: run the command again as root`;
  }
}
