// Kills `listen`, `check`, `check --demo` and `rules --out` at random moments: `node --import tsx test/soak/listen-kill.ts [ROUNDS]`.
import { killMatrix } from '../e2e/kill.ts';

const rounds = Number(process.argv[2] ?? 25);
const delaysMs = Array.from({ length: rounds }, () => Math.round(Math.random() ** 2 * 1500));
const complaints = await killMatrix(delaysMs);
console.log(`${rounds * 12} kills at ${[...delaysMs].sort((a, b) => a - b).join(', ')} ms`);
for (const complaint of complaints) console.log(`FAILED ${complaint}`);
console.log(complaints.length === 0 ? 'kill matrix: fine' : `kill matrix: ${complaints.length} complaints`);
process.exitCode = complaints.length === 0 ? 0 : 1;
