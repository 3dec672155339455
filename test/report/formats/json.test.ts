import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonDocument } from '../../../src/report/formats/json.ts';

test('what acts on a terminal, or hides or reorders text, is an escape of JSON; the data is the same', () => {
  const report = {
    ['\u009b2J']: ['\u202ea\u2066', { text: '\u007f\u0085\u2028\ufeff\u00ad\u{e0041}\ud800 \ud83d\ude00 ü' }],
  };
  const written = [...jsonDocument(report)].join('');
  expect(JSON.parse(written)).toEqual(report);
  expect(written).toMatch(/^(?:[ -~\nü]|\ud83d\ude00)*$/);
  expect(written).toContain('"\\u009b2J"');
});

/** What JSON.stringify leaves as it is. */
const ACTS =
  /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]|\udb40[\udc00-\udc7f]/;

test('the pieces are what JSON.stringify makes of the whole', () => {
  const value = fc.jsonValue({ maxDepth: 3 }).filter((any) => !ACTS.test(JSON.stringify(any)));
  const report = fc.dictionary(
    fc.string().filter((key) => !ACTS.test(key)),
    fc.oneof(value, fc.array(value), fc.constant(undefined)),
  );
  fc.assert(
    fc.property(report, (any) => {
      expect([...jsonDocument(any)].join('')).toBe(`${JSON.stringify(any, null, 2)}\n`);
    }),
    { numRuns: 300 },
  );
});
