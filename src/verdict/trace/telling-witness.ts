import type { AccessProof } from '../../firewall/proof/prove-access.ts';
import type { TraceEntry } from '../../firewall/netfilter/trace/trace-entry.ts';
import type { Address } from '../../net/address.ts';

/** A source and the rules it meets. */
export interface Witness {
  readonly address: Address;
  readonly trace: readonly TraceEntry[];
}

/** The source whose path is shown: where rules decide, one of those that the rule decides for which decides for most. */
export function tellingWitness({
  witness,
  fate,
  sharesOf,
  pathOf,
}: Pick<AccessProof, 'witness' | 'fate' | 'sharesOf' | 'pathOf'>): Witness {
  const [largest] = fate === 'undecided' ? [] : sharesOf(fate).largest;
  const address = largest?.witness ?? witness;
  return { address, trace: pathOf(address) };
}
