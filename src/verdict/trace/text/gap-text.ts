import type { Gap } from '../../../firewall/model/gap.ts';

/** Why an answer is open, and what to give in addition. */
export function gapText({ code, families, file, sign }: Gap): string {
  const six = families.includes(4) ? '' : '6';
  switch (code) {
    case 'legacy-tables':
      return `iptables has legacy tables that the file does not show: give the output of ip${six}tables-legacy-save too`;
    case 'unsaved-table':
      return `rules made by nft are missing from the file (table ${sign}): give the output of nft list ruleset too`;
    case 'no-rules':
      return 'the file lists no rule, as nft list chains does: give the output of nft -j list ruleset';
    case 'cut-off':
      return `the file ends early, after table ${sign}: give the whole output of ip${six}tables-save`;
    case 'missing-nat':
      return `table nat is missing from the file, and ${sign} relies on it: give the output of ip${six}tables-save, without -t${OR_COLLECT}`;
    case 'missing-marks':
      return `a table that sets marks is missing from the file, and ${sign} tests them: give the output of ip${six}tables-save, without -t${OR_COLLECT}`;
    case 'empty-file':
      return `${file} is empty, as when a command fails: run the command again as root`;
  }
}

/** A save of one table may be all there is. */
const OR_COLLECT = ', or, if it prints nothing more, the file of vwaudit collect';
