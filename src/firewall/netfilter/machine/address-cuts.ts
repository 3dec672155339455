import { EVERY_ADDRESS } from '../../../net/address-set.ts';
import { FAMILIES, type Family } from '../../../net/address.ts';
import { compareBounds, type Bound } from '../../../net/interval-set.ts';
import { MAX_PORT } from '../../../net/port-range.ts';
import { ANY_UNICAST, LOOPBACK } from '../../../net/special-addresses.ts';
import { eachTest } from '../../model/visit-matches.ts';
import type { Firewall } from './firewall.ts';
import { onceAFirewall } from './once-a-firewall.ts';
import { forwardedAddresses } from './forwarded-addresses.ts';

/** Where rules may tell addresses or ports apart, sorted: between two neighbours every test comes out alike. */
export interface Cuts {
  readonly addresses: Readonly<Record<Family, readonly Bound[]>>;
  /** Null where a test has a mask. */
  readonly ports: readonly number[] | null;
}

export const cutsOf = onceAFirewall(findCuts);

function findCuts(firewall: Firewall): Cuts {
  const bounds: Record<Family, Set<Bound>> = { 4: new Set(), 6: new Set() };
  const ports = new Set<number>([0, MAX_PORT + 1]);
  const masked = new Set<number>();
  eachTest(firewall, (match) => {
    if (match.kind === 'address') for (const bound of match.in) bounds[match.family].add(bound);
    if (match.kind !== 'number' || !match.field.endsWith('-port')) return;
    if (match.mask !== undefined) masked.add(match.mask);
    for (const bound of match.in) ports.add(Number(bound));
  });
  for (const family of FAMILIES)
    for (const set of [
      ...[EVERY_ADDRESS[family], ANY_UNICAST[family], LOOPBACK[family]],
      forwardedAddresses(firewall, family),
    ])
      for (const bound of set) bounds[family].add(bound);
  return {
    addresses: { 4: [...bounds[4]].sort(compareBounds), 6: [...bounds[6]].sort(compareBounds) },
    ports: masked.size > 0 ? null : [...ports].sort((a, b) => a - b),
  };
}
