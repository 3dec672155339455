import type { Family } from '../../../../src/net/address.ts';
import type { Transport } from '../../../../src/net/port-range.ts';

/** Where a rule stands: what nft takes there depends on it. */
export interface Ground {
  readonly table: 'inet' | 'ip' | 'ip6';
  /** The family the rule speaks of. */
  readonly family: Family;
  readonly transport: Transport;
  /** Whether rules may test what a packet alone does not settle. */
  readonly isHostile: boolean;
  /** How often a rule names an interface: less where a question tells only one side, or versions of the kernel differ. */
  readonly interfaces: number;
}

/** `ip` or `ip6`. */
export function header({ family }: Pick<Ground, 'family'>): 'ip' | 'ip6' {
  return family === 4 ? 'ip' : 'ip6';
}
