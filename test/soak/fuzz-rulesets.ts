// Parsers that cannot be broken: `node --import tsx test/soak/fuzz-rulesets.ts [MINUTES] [SEED]` (or VWAUDIT_FUZZ_MINUTES, _SEED).
import { isMainThread, workerData } from 'node:worker_threads';
import { supervise, type Task } from './fuzz/supervise.ts';
import { work } from './fuzz/worker.ts';

if (isMainThread) {
  const minutes = Number(process.argv[2] ?? process.env.VWAUDIT_FUZZ_MINUTES ?? 10);
  const seed = Number(process.argv[3] ?? process.env.VWAUDIT_FUZZ_SEED ?? Date.now() % 2 ** 32);
  console.log(`seed ${seed}, ${minutes} minutes`);
  process.exitCode = (await supervise(import.meta.url, seed, minutes)) === 0 ? 0 : 1;
} else {
  work(workerData as Task);
}
