import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRulesets } from '../../src/firewall/languages/dialect.ts';
import { evaluate } from '../../src/firewall/proof/evaluate.ts';
import { firewall } from '../../src/firewall/netfilter/machine/firewall.ts';
import { parsePacket } from '../../src/firewall/proof/parse-packet.ts';

// Cases of a long map are found by the source: what one source gets is what a rule for each of them gives it.

const COUNT = 100;

test.each([4, 6] as const)('a source of IPv%i finds its case, or none', (family) => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(999), fc.nat(3)), { minLength: COUNT, maxLength: COUNT }),
      (drawn) => {
        const address = (n: number): string =>
          family === 4 ? `10.30.${n >> 8}.${n & 255}` : `fd00:30::${n.toString(16)}`;
        const cases = [...new Map(drawn)].map(([n, verdict]) => ({
          n,
          verdict: ['accept', 'drop'][verdict & 1] ?? '',
        }));
        const at = family === 4 ? 'ip' : 'ip6';
        const elements = cases.map(({ n, verdict }) => `${address(n)} : ${verdict}`).join(', ');
        const ranges = cases.map(({ n, verdict }) => `${address(n)} . 102-103 : ${verdict}`).join(', ');
        const machineOf = (rule: string) =>
          firewall(
            parseRulesets([
              {
                file: 'x',
                dialect: 'nft',
                text: `table inet t {\n chain c {\n type filter hook input priority 0; policy accept;\n ${rule}\n }\n}\n`,
              },
            ]),
          );
        const machines = [
          `${at} saddr vmap { ${elements} }`,
          `${at} saddr . tcp dport vmap { ${ranges} }`,
        ].map(machineOf);
        const verdicts = new Map(cases.map(({ n, verdict }) => [n, verdict]));
        const [to, open, shut] = family === 4 ? ['10.20.0.11', '', ''] : ['fd00:20::11', '[', ']'];
        for (const n of [0, 1, 500, 999, ...cases.slice(0, 5).map((one) => one.n)]) {
          const packet = parsePacket(
            `tcp ${open}${address(n)}${shut}:40000 > ${open}${to}${shut}:102`,
            'input',
          );
          const expected = verdicts.get(n) === 'drop' ? 'blocked' : 'allowed';
          for (const machine of machines)
            expect(evaluate(machine, { ...packet, neighbours: 'known' }).result).toBe(expected);
        }
      },
    ),
    { numRuns: 2 },
  );
});
