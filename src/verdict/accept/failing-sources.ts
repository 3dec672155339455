import { addressSet, lowestAddress } from '../../net/address-set.ts';
import { FAMILIES, formatAddress } from '../../net/address.ts';
import { subtract } from '../../net/interval-set.ts';
import { parsePrefix, type Prefix } from '../../net/prefix.ts';
import type { AuditedFlow } from '../reports/audit-report.ts';
import type { AcceptableFlow } from './accepted-parts.ts';

/** The addresses that are not proven to fare as they should, as prefixes; null of a flow that was probed, and where the report does not list all. */
export function failingSources(flow: AcceptableFlow | null): readonly string[] | null {
  return flow === null || !('proof' in flow) || flow.proof.isCut ? null : wrongOf(flow);
}

/** The same for an entry that is to say them; null also where they are all the sources of the flow, or none. */
export function telltaleSources(flow: AcceptableFlow | null): readonly string[] | null {
  if (flow === null || !('proof' in flow)) return null;
  const { allowedFrom, blockedFrom } = flow.proof;
  const right = flow.expected === 'reachable' ? allowedFrom : blockedFrom;
  const failing = failingSources(flow);
  return right.length === 0 || failing?.length === 0 ? null : failing;
}

function wrongOf({ expected, proof }: AuditedFlow): readonly string[] {
  const { allowedFrom, blockedFrom, undecidedFrom } = proof;
  return [...(expected === 'reachable' ? blockedFrom : allowedFrom), ...undecidedFrom];
}

/** Who of the sources was not reviewed: one address a family. */
export function beyond(reviewed: readonly Prefix[], sources: readonly string[]): readonly string[] {
  const now = sources.map((text) => parsePrefix(text, 'a saved report'));
  return FAMILIES.flatMap((family) => {
    const more = subtract(addressSet(now, family), addressSet(reviewed, family));
    const one = lowestAddress(more, family);
    return one === undefined ? [] : [formatAddress(one)];
  });
}
