import type { DialectId } from '../../../src/firewall/dialect.ts';

/** Where the real tool and this program may differ, and why that is right. */
interface Exception {
  readonly dialects: readonly DialectId[];
  /** What whoever refuses says. */
  readonly message: RegExp;
  /** Only for such lines. */
  readonly line?: RegExp;
  readonly reason: string;
}

export const EXCEPTIONS: readonly Exception[] = [
  {
    dialects: ['nft'],
    message: /an include/,
    reason: 'a file of its own: refused with advice, as the documentation says',
  },
  {
    dialects: ['iptables', 'ip6tables'],
    message: /^no chain "/,
    reason: 'a built-in chain without its line keeps the policy the kernel has: the file does not tell it',
  },
];
