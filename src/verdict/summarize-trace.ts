import { FAMILIES, type Family } from '../net/address.ts';
import { formatPrefix } from '../net/prefix.ts';
import type { AddressSets, Proof } from '../firewall/evaluate/proof.ts';
import { shortest } from './address-list.ts';
import { MOST_PREFIXES, type TracedPacket } from './audit-report.ts';
import { unspokenText } from './unspoken-text.ts';

/** A proof about one packet, or about one from each address of a prefix. */
export function summarizeTrace(packet: string, proof: Proof, unspoken: Family | null): TracedPacket {
  const { result, allowed, blocked, undecided, trace } = proof;
  return {
    packet,
    result,
    allowedFrom: listed(allowed),
    blockedFrom: listed(blocked),
    undecidedFrom: listed(undecided),
    why: unspoken === null ? null : unspokenText(unspoken),
    trace,
  };
}

function listed(sets: AddressSets): readonly string[] {
  return FAMILIES.flatMap((family) => shortest(sets[family], [], family))
    .slice(0, MOST_PREFIXES)
    .map(formatPrefix);
}
