import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IS_THOROUGH, shareOf } from '../thorough.ts';
import { MODES, modesHere, type Mode } from './differential/modes.ts';
import { startOracle, type Oracle } from './differential/oracle.ts';
import { runMode } from './differential/run-mode.ts';

// The kernel is the judge: random rulesets are loaded for real, packets are sent through them, and not one may end
// otherwise than the evaluator says. Here a taste of every mode (alone, npm test takes a share of them); `npm run test:differential` asks a million packets, and
// `npm run soak differential` goes on as long as one likes.

const SEED = Number(process.env.VWAUDIT_SEED ?? 58651721);
const SECONDS_EACH = Number(process.env.VWAUDIT_DIFFERENTIAL_SECONDS ?? (IS_THOROUGH ? 0.4 : 0.2));

describe(`with seed ${SEED}`, () => {
  let oracle: Oracle;
  let here: readonly Mode[] = [];
  beforeAll(async () => {
    oracle = await startOracle();
    here = modesHere(oracle);
  });
  afterAll(() => {
    oracle.close();
  });

  let [pairs, undecided] = [0, 0];
  test.each(shareOf(MODES, 3))('$name', async (mode) => {
    if (!here.includes(mode)) return;
    const until = performance.now() + 1000 * SECONDS_EACH;
    const totals = await runMode(oracle, mode, { seed: SEED, pairs: Infinity, until });
    expect(totals.pairs).toBeGreaterThan(0);
    if (mode.isHostile) return;
    pairs += totals.pairs;
    undecided += totals.undecided;
  });

  test('little is left undecided of what a packet alone decides', () => {
    // Of few rulesets one can weigh much: the full run holds each engine to 2 % (run.mjs).
    expect(undecided / pairs).toBeLessThan(0.1);
  });
});
