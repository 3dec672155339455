// `npm run test:differential`: kernel and evaluator on a million packets and more (`--pairs N`: on so many), the two families
// beside each other, each in private namespaces. `--minutes` makes it a soak, `--seed` and `--mode NAME` repeat what failed.
import { spawn } from 'node:child_process';
import path from 'node:path';
import readline from 'node:readline';
import { parseArgs } from 'node:util';
import { inPrivateNamespaces } from '../../private-namespaces.mjs';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    mode: { type: 'string' },
    minutes: { type: 'string' },
    pairs: { type: 'string', default: '1000000' },
  },
});
const seed = Number(values.seed ?? Date.now() % 2 ** 31);

/** What must have been compared in all, at least. */
const GOAL = Number(values.pairs);

/** Of what a packet alone decides, at most so much may be left undecided by each engine. */
const MAX_UNDECIDED = 0.02;

/** A share of fewer rulesets says nothing: one that leaves all its packets open weighs too much. */
const ENOUGH_RULESETS = 200;

console.log(`seed ${seed}`);
const started = performance.now();
const totals = [];
const failures = [];
await Promise.all([runFamily(4), runFamily(6)]);
summarize();

function runFamily(family) {
  const worker = path.join(import.meta.dirname, 'worker.ts');
  const args = ['--import', 'tsx', worker, '--family', `${family}`, '--seed', `${seed}`];
  if (values.mode !== undefined) args.push('--mode', values.mode);
  if (values.minutes !== undefined) args.push('--minutes', values.minutes);
  else args.push('--pairs', `${GOAL / 2}`);
  const [program, ...before] = [...inPrivateNamespaces, process.execPath, ...args];
  const child = spawn(program, before, { stdio: ['ignore', 'pipe', 'inherit'] });
  readline.createInterface({ input: child.stdout }).on('line', (line) => {
    const shown = JSON.parse(line);
    if (shown.failure === undefined) totals.push(shown);
    else failures.push(shown.failure);
    if (shown.failure === undefined && values.minutes !== undefined) console.log(lineOf(shown));
  });
  return new Promise((done) =>
    child.once('close', (status) => {
      if (status !== 0) failures.push(`IPv${family}: the run ended with status ${status}`);
      done();
    }),
  );
}

function lineOf({ mode, rulesets, refused, pairs, undecided, seconds }) {
  return (
    `${mode.name.padEnd(42)} ${String(rulesets).padStart(6)} rulesets ${String(refused).padStart(5)} refused ${String(pairs).padStart(8)} pairs ` +
    `${((100 * undecided) / pairs).toFixed(2).padStart(5)} % undecided ${String(Math.round(pairs / seconds)).padStart(6)} pairs/s`
  );
}

function summarize() {
  const modes = [...new Set(totals.map(({ mode }) => mode.name))].sort();
  const sums = [];
  for (const name of modes) {
    const same = totals.filter(({ mode }) => mode.name === name);
    const sum = (key) => same.reduce((total, one) => total + one[key], 0);
    const [mode, pairs, undecided] = [same[0].mode, sum('pairs'), sum('undecided')];
    const [rulesets, refused, seconds] = ['rulesets', 'refused', 'seconds'].map(sum);
    sums.push({ mode, rulesets, refused, pairs, undecided, seconds });
  }
  console.log(`\nIn all:\n${sums.map(lineOf).join('\n')}`);
  for (const engine of new Set(sums.map(({ mode }) => mode.engine))) {
    const same = sums.filter(({ mode }) => mode.engine === engine && !mode.isHostile);
    const sum = (key) => same.reduce((total, one) => total + one[key], 0);
    console.log(`${engine}: ${((100 * sum('undecided')) / sum('pairs')).toFixed(2)} % undecided`);
    if (sum('rulesets') >= ENOUGH_RULESETS && sum('undecided') > MAX_UNDECIDED * sum('pairs'))
      failures.push(`${engine}: more than ${100 * MAX_UNDECIDED} % undecided`);
  }
  const isWhole = values.mode === undefined && values.minutes === undefined;
  const pairs = sums.reduce((total, one) => total + one.pairs, 0);
  console.log(`${pairs} pairs`);
  if (isWhole && pairs < GOAL) failures.push(`fewer than ${GOAL} pairs`);
  console.log(`${Math.round((performance.now() - started) / 1000)} s, seed ${seed}`);
  for (const failure of failures) console.log(`\nFAILED: ${failure}`);
  if (failures.length > 0) process.exitCode = 1;
}
