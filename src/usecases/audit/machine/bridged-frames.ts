import type { NoWay } from '../../../firewall/proof/without-way.ts';
import { addressSet, eachFamily, EVERY_ADDRESS } from '../../../net/address-set.ts';
import type { KnownMachine } from './known-machine.ts';
import type { Segment } from './own-segment.ts';

/** Whose frames a bridge of the machine may not pass: within a segment, and of anybody where it has no address. */
export function unpassed(
  segments: readonly Pick<Segment, 'network' | 'interface' | 'bridged'>[],
  { bridgeDoubts, transparent }: Pick<KnownMachine, 'bridgeDoubts' | 'transparent'>,
): readonly NoWay[] {
  return bridgeDoubts.flatMap(({ bridge, because }): readonly NoWay[] => {
    if (transparent.has(bridge)) return [{ of: EVERY_ADDRESS, because }];
    return segments
      .filter((one) => one.bridged !== null && one.interface === bridge)
      .map(({ network }) => ({ of: eachFamily((family) => addressSet([network], family)), because }));
  });
}
