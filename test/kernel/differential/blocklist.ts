import fc from 'fast-check';
import type { Family } from '../../../src/net/address.ts';
import { FAR, NEAR, SOURCES } from './places.ts';

/** So many of one kind that the evaluator makes them one rule, or just too few. */
const LENGTH = { minLength: 14, maxLength: 24 };

/** Addresses of the lab and networks around them: neighbours, nested and repeated. */
export function blocklist(family: Family): fc.Arbitrary<readonly string[]> {
  const bits = family === 4 ? 32 : 128;
  const addresses = [...SOURCES[family], ...NEAR[family], ...FAR[family]];
  const length = fc.oneof(
    { weight: 3, arbitrary: fc.constant(bits) },
    { weight: 1, arbitrary: fc.integer({ min: bits - 12, max: bits }) },
  );
  const one = fc.tuple(fc.constantFrom(...addresses), length).map(([address, bits]) => `${address}/${bits}`);
  return fc.array(one, LENGTH);
}
