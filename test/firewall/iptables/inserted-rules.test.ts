import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseIptables } from '../../../src/firewall/languages/iptables/save-file/parse.ts';
import { expandMerged } from '../../../src/firewall/model/merge-rules.ts';

// The places that -I names are counted as iptables counts them, however many rules there are and whatever stands for several.

/** Appends (null) or inserts at a place that is a share of the chain's length. */
const steps = fc.array(fc.oneof(fc.constant(null), fc.double({ min: 0, max: 1, noNaN: true })), {
  maxLength: 60,
});

test('rules are where -A and -I put them', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2000 }), steps, (first, more) => {
      const lines: string[] = [];
      const expected: string[] = [];
      const put = (at: number | null): void => {
        const address = `10.0.${lines.length >> 8}.${lines.length & 255}/32`;
        lines.push(`${at === null ? '-A INPUT' : `-I INPUT ${at + 1}`} -s ${address} -j DROP`);
        expected.splice(at ?? expected.length, 0, address);
      };
      for (let i = 0; i < first; i++) put(null);
      for (const share of more) put(share === null ? null : Math.floor(share * expected.length));
      const text = ['*filter', ':INPUT ACCEPT [0:0]', ...lines, 'COMMIT'].join('\n');
      const [table] = parseIptables(text, { file: 'x.rules', family: 4, sets: new Map() }).tables;
      const rules = table?.chains.get('INPUT')?.rules.flatMap(expandMerged) ?? [];
      expect(rules.map((rule) => / -s (\S+)/.exec(rule.text)?.[1])).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});
