import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseIptables } from '../../../src/firewall/languages/iptables/save-file/parse.ts';
import { asWritten } from '../../../src/firewall/model/merge-rules.ts';
import { FAMILIES, type Family } from '../../../src/net/address.ts';
import type { Rule } from '../../../src/firewall/model/ruleset.ts';

// Lines that say the rule before them again are read by comparing; one by one, each in a file of its own, they are read word
// by word. Both must agree.

const ADDRESSES: Readonly<Record<Family, readonly string[]>> = {
  4: [
    ...['10.0.0.1', '10.0.0.1/32', '10.0.0.10', '192.0.2.0/24', '0.0.0.0/0'],
    ...['10.0.0.0/255.0.0.0', '10/8'],
  ],
  6: [
    ...['fd00::1', 'fd00::1/128', 'fd00:0:0::10', '2001:db8::/32', '::/0', '::ffff:10.0.0.1'],
    ...['fd00::/ffff::', 'FD00:0:0:0:0:0:0:1/64'],
  ],
};
const SHAPES: readonly ((address: string, others: readonly string[]) => string)[] = [
  (address) => `-A INPUT -s ${address} -j DROP`,
  (address) => `-A INPUT -j DROP -s ${address}`,
  (address) => `-A INPUT ! -s ${address} -j DROP`,
  (address) => `-A INPUT -d ${address} -j DROP`,
  (address) => `-A INPUT -s ${address} -d ${address} -j own`,
  (address, [other]) => `-A INPUT -s ${other} -d ${address} -p tcp -m tcp --dport 102 -j ACCEPT`,
  (address) => `-A INPUT -s ${address} -m comment --comment "blocked -s ${address} here" -j DROP`,
  (address, [other]) => `-A INPUT -m comment --comment "blocked -s ${address} here" -s ${other} -j DROP`,
  (address) => `-A INPUT -m comment --comment -s -s ${address} -j DROP`,
  (address, [, range]) => `-A INPUT -m iprange --src-range ${range} -s ${address} -j REJECT`,
  (address) => `-A own -s ${address}  -g own2`,
  (address) => `-I INPUT -s ${address} -j DROP`,
  (address) => `[12:${address.length}] -A INPUT -s ${address} -j RETURN`,
];

function rulesOf(family: Family, lines: readonly string[]): readonly (readonly Rule[])[] {
  const text = [
    '*filter',
    ':INPUT ACCEPT [0:0]',
    ':own - [0:0]',
    ':own2 - [0:0]',
    ...lines,
    'COMMIT',
    '',
  ].join('\n');
  const [table] = parseIptables(text, { file: 'rules.v4', family, sets: new Map() }).tables;
  return ['INPUT', 'own'].map((name) => table?.chains.get(name)?.rules.flatMap(asWritten) ?? []);
}

describe('a rule that the next line says again with another address', () => {
  test.each(FAMILIES)('is read as it is by itself, IPv%i', (family) => {
    const others = { 4: ['10.9.9.9', '10.0.0.1-10.0.0.9'], 6: ['fd00::9', 'fd00::1-fd00::9'] }[family];
    const shapes = SHAPES.map((shape) => (address: string) => shape(address, others));
    const addresses = ADDRESSES[family];
    const line = fc
      .tuple(fc.constantFrom(...shapes), fc.constantFrom(...addresses))
      .map(([shape, address]) => shape(address));
    // Of few lines, and of so many alike that they become one rule.
    const shape = fc.constantFrom(...shapes);
    const many = fc
      .tuple(shape, fc.array(fc.constantFrom(...addresses), { minLength: 16, maxLength: 40 }))
      .map(([write, addresses]) => addresses.map((address) => write(address)));
    const some = fc.array(line, { minLength: 1, maxLength: 12 });
    const file = fc.array(fc.oneof(some, many), { minLength: 1, maxLength: 4 }).map((parts) => parts.flat());
    fc.assert(
      fc.property(file, (lines) => {
        const together = rulesOf(family, lines)
          .flat()
          .map((rule) => [lines[rule.line - 5], rule] as const);
        expect(together).toHaveLength(lines.length);
        for (const [text, rule] of together) {
          const [alone] = rulesOf(family, [text!]).flat();
          expect({ ...rule, line: 0 }).toEqual({ ...alone, line: 0 });
        }
      }),
      { numRuns: 300 },
    );
  });

  test.each(['10.0.0.256', '10.0.0.1/33', '10.0.0.1/', '/8', ''])(
    'refuses the address %j behind good ones',
    (bad) => {
      const lines = ['10.0.0.1', '10.0.0.2', bad].map((address) => `-A INPUT -s ${address} -j DROP`);
      expect(() => rulesOf(4, lines)).toThrow(/^rules\.v4:7:/);
    },
  );
});
