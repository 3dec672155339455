import type { DialectId } from '../../../src/firewall/languages/dialect.ts';

/** Where the real tool and this program may differ, and why that is right. */
export interface Exception {
  readonly dialects: readonly DialectId[];
  /** What whoever refuses says. */
  readonly message: RegExp;
  /** Only for such lines. */
  readonly line?: RegExp;
  readonly reason: string;
}

export const NFT: readonly DialectId[] = ['nft', 'nft-json'];
export const IPTABLES: readonly DialectId[] = ['iptables', 'ip6tables'];
