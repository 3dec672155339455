import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Family } from '../../src/net/address.ts';
import { parseIptables } from '../../src/firewall/iptables/parse.ts';
import { compare } from './differential/compare.ts';
import { iptablesText } from './differential/iptables-arbitrary.ts';
import { startOracle, type Oracle } from './differential/oracle.ts';

// The kernel is the judge: random rulesets are loaded for real, datagrams are sent through them, and not one may end
// otherwise than the evaluator says. A disagreement is shrunk and told with its seed.

const RUNS = Number(process.env.VWAUDIT_DIFFERENTIAL_RUNS ?? 60);
const SEED = Number(process.env.VWAUDIT_SEED ?? Date.now() % 2 ** 31);

let oracle: Oracle;
beforeAll(async () => (oracle = await startOracle()));
afterAll(() => {
  oracle.close();
});

const TOOLS = {
  4: ['iptables-restore', 'iptables-legacy-restore'],
  6: ['ip6tables-restore', 'ip6tables-legacy-restore'],
} as const;

test.each([4, 6] as const)('iptables, IPv%i', { timeout: 3_600_000 }, async (family: Family) => {
  let [pairs, undecided] = [0, 0];
  await fc.assert(
    fc.asyncProperty(iptablesText(family), async (text) => {
      const loaded = oracle.server.run([TOOLS[family][0]], { input: text });
      if (loaded.status !== 0)
        throw new Error(`the generator made a ruleset that does not load: ${loaded.stderr}`);
      const ruleset = parseIptables(text, { file: 'random', family, sets: new Map() });
      const comparison = compare([ruleset], family, await oracle.ask(family));
      pairs += comparison.pairs;
      undecided += comparison.undecided;
      let disagreements = comparison.disagreements;
      // A busy machine may lose or delay a datagram; what the kernel does patiently, and again, it does.
      for (let attempt = 0; disagreements.size > 0 && attempt < 3; attempt++) {
        const again = compare([ruleset], family, await oracle.ask(family, 30)).disagreements;
        disagreements = new Map([...disagreements].filter(([name]) => again.has(name)));
      }
      expect([...disagreements.values()].slice(0, 5), text).toEqual([]);
    }),
    { seed: SEED, numRuns: RUNS, endOnFailure: false },
  );
  console.log(
    `iptables IPv${family}: ${pairs} pairs, ${((100 * undecided) / pairs).toFixed(2)} % undecided, seed ${SEED}`,
  );
  expect(undecided / pairs).toBeLessThan(0.02);
});
