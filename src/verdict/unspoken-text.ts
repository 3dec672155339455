import type { Unspoken } from '../firewall/netfilter/machine/firewall.ts';

/** Why everything of a family is open where no ruleset speaks for it. */
export function unspokenText({ family, emptyFiles }: Unspoken): string {
  const command = family === 6 ? 'ip6tables-save' : 'iptables-save';
  const [file] = emptyFiles;
  return file === undefined
    ? `no ruleset that was given says anything about IPv${family}: give ${command} too`
    : `no ruleset that was given says anything about IPv${family}, and ${file} is empty, as where ${command} fails or finds no table: run it as root, or give nft -j list ruleset`;
}
