/** Whether iptables takes it as the name of a chain; only ASCII blanks separate words. */
export function isChainName(name: string): boolean {
  return /^[^ \t-\r!-][^ \t-\r]{0,254}$/.test(name);
}
