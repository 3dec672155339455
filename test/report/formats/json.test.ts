import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonDocument } from '../../../src/report/formats/json.ts';

test('the pieces are what JSON.stringify makes of the whole', () => {
  const value = fc.jsonValue({ maxDepth: 3 });
  const report = fc.dictionary(fc.string(), fc.oneof(value, fc.array(value), fc.constant(undefined)));
  fc.assert(
    fc.property(report, (any) => {
      expect([...jsonDocument(any)].join('')).toBe(`${JSON.stringify(any, null, 2)}\n`);
    }),
    { numRuns: 300 },
  );
});
