// Parsers that cannot be broken: `node --import tsx test/soak/fuzz-rulesets.ts [MINUTES] [SEED] [DIALECT…]` (or
// VWAUDIT_FUZZ_MINUTES, _SEED); without dialects all of them.
import { isMainThread, workerData } from 'node:worker_threads';
import { DIALECT_IDS } from '../../src/firewall/languages/dialect.ts';
import { supervise, type Task } from './fuzz/supervise.ts';
import { work } from './fuzz/worker.ts';

if (isMainThread) {
  const minutes = Number(process.argv[2] ?? process.env.VWAUDIT_FUZZ_MINUTES ?? 10);
  const seed = Number(process.argv[3] ?? process.env.VWAUDIT_FUZZ_SEED ?? Date.now() % 2 ** 32);
  const named = process.argv.slice(4);
  const dialects = DIALECT_IDS.filter((known) => named.length === 0 || named.includes(known));
  console.log(`seed ${seed}, ${minutes} minutes, ${dialects.join(' ')}`);
  process.exitCode = (await supervise(import.meta.url, { seed, dialects }, minutes)) === 0 ? 0 : 1;
} else {
  work(workerData as Task);
}
