import { parseArgs } from 'node:util';
import { modesHere, type Mode } from './modes.ts';
import { startOracle } from './oracle.ts';
import { runMode, type Totals } from './run-mode.ts';

// Runs the modes of one family inside private namespaces (see run.mjs) and tells the totals of each as a line of JSON: each
// until its share of the pairs is compared, or all in turn until the minutes are over. The share of a mode with a topic and of
// TCP is fixed: theirs are slow, and rare rules are met after few rulesets; the usual datagrams make up the rest.

const { values } = parseArgs({
  options: {
    family: { type: 'string' },
    mode: { type: 'string' },
    seed: { type: 'string' },
    pairs: { type: 'string' },
    minutes: { type: 'string' },
  },
});

/** How long a mode is run at a time, at most: long enough that setting up does not matter. */
const MAX_SECONDS = 20;

/** Pairs of each mode whose share is fixed. */
const SHARES = { topic: { udp: 4_000, tcp: 400 }, tcp: 5_000 };

const oracle = await startOracle();
const modes = modesHere(oracle).filter(
  ({ family, name }) => `${family}` === values.family && (values.mode ?? name) === name,
);
try {
  await (values.minutes === undefined ? runShares() : runMinutes(Number(values.minutes)));
} catch (error) {
  console.log(JSON.stringify({ failure: error instanceof Error ? error.message : String(error) }));
} finally {
  oracle.close();
}

async function runShares(): Promise<void> {
  const isFixed = ({ topic, transport }: Mode): boolean => topic !== null || transport === 'tcp';
  let left = Number(values.pairs);
  let usual = modes.filter((mode) => !isFixed(mode)).length;
  for (const mode of [...modes.filter(isFixed), ...modes.filter((one) => !isFixed(one))]) {
    const pairs = isFixed(mode)
      ? mode.topic === null
        ? SHARES.tcp
        : SHARES.topic[mode.transport]
      : Math.ceil(left / usual--);
    left -= (await tell(mode, { pairs, until: Infinity, seed: Number(values.seed) })).pairs;
  }
}

async function runMinutes(minutes: number): Promise<void> {
  const end = performance.now() + 60_000 * minutes;
  const seconds = Math.min(MAX_SECONDS, (60 * minutes) / modes.length);
  let seed = Number(values.seed);
  while (performance.now() < end) {
    for (const mode of modes) {
      const until = Math.min(end, performance.now() + 1000 * seconds);
      const { rulesets } = await tell(mode, { pairs: Infinity, until, seed });
      if (mode === modes.at(-1)) seed = (seed + rulesets) | 0;
    }
  }
}

async function tell(mode: Mode, limits: Parameters<typeof runMode>[2]): Promise<Totals> {
  const totals = await runMode(oracle, mode, limits);
  console.log(JSON.stringify(totals));
  return totals;
}
