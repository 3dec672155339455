import { spawnSync } from 'node:child_process';
import path from 'node:path';

// Kernel and evaluator on random rulesets for as long as one likes: `npm run soak differential [MINUTES] [SEED]`.

const [minutes = '10', seed] = process.argv.slice(2);
const run = path.join(import.meta.dirname, '../kernel/differential/run.mjs');
const args = [run, '--minutes', minutes, ...(seed === undefined ? [] : ['--seed', seed])];
process.exitCode = spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;
