// The whole measure of "safe by design": 50,000 hostile datagrams, 5,000 half-open and 5,000 idle connections.
// Runs inside private namespaces (`npm run soak`).
import { attack, MAX_GROWN_MB } from '../kernel/hostile.ts';

const { sources, ...damage } = await attack({ datagrams: 50_000, halfOpen: 5_000, idle: 5_000 });
const [sent, received] = [sum(sources.map((one) => one.sent)), sum(sources.map((one) => one.received))];
const worst = Math.max(...sources.map((one) => one.received / one.sent));
console.log(
  JSON.stringify({ ...damage, sent, received, worstRatioOfASource: Number(worst.toFixed(3)) }, null, 2),
);
const isFine =
  damage.during === 'exit 0' &&
  damage.after === 'exit 0' &&
  damage.exitCode === 0 &&
  damage.grownMb < MAX_GROWN_MB &&
  damage.logMb < 40 &&
  damage.halfOpenSeen > 100 &&
  worst <= 1;
console.log(isFine ? 'listen under fire: fine' : 'listen under fire: FAILED');
process.exitCode = isFine ? 0 : 1;

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
