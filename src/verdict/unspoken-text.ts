import type { Family } from '../net/address.ts';

/** Why everything of a family is open where no ruleset speaks for it. */
export function unspokenText(family: Family): string {
  return `no ruleset that was given says anything about IPv${family}: give ${family === 6 ? 'ip6tables-save' : 'iptables-save'} too`;
}
