// `node --import tsx test/soak/mangled.ts [--seed N] [FOLDER…]`: every capture as text gets mangled on its way (wrapped, cut, quoted,
// copied from a terminal), held against the whole file. Printed are decided answers that differ.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { InputError } from '../../src/input-error.ts';
import { manglings } from '../firewall/mangle.ts';
import { answersOf, isContradiction } from '../firewall/mangled-answers.ts';

const { values, positionals } = parseArgs({
  options: { seed: { type: 'string' }, times: { type: 'string' } },
  allowPositionals: true,
});
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
console.log(`seed ${seed}`);
const folders = positionals.length > 0 ? positionals : ['test/firewall/coverage/fixtures'];
const files = folders
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => path.join(folder, name)),
  )
  .filter((name) => /save$|\.nft$|\.json$|\.rules/.test(name));
const tally = new Map<string, number>();
const count = (key: string): void => {
  tally.set(key, (tally.get(key) ?? 0) + 1);
};
for (const file of files) {
  const whole = readFileSync(file, 'utf8');
  let answers;
  try {
    answers = answersOf(whole, path.basename(file));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    continue;
  }
  for (const { name, text } of manglings(whole, seed, Number(values.times ?? 3))) {
    if (text === whole) continue;
    try {
      const found = answersOf(text, path.basename(file));
      const wrong = found.find((one, at) => isContradiction(one, answers[at]!));
      count(`${name.replace(/ .*/, '')} ${wrong === undefined ? 'same or undecided' : 'WRONG'}`);
      if (wrong !== undefined) console.log(`WRONG ${file} ${name} ${wrong.asked}`);
    } catch (error) {
      if (!(error instanceof InputError)) {
        console.log(`CRASH ${file} ${name} ${String(error)}`);
        continue;
      }
      count(
        `${name.replace(/ .*/, '')} refused: ${/wrapped|cut|copied|prompt|COMMIT|terminal|within/.exec(error.problem.message + error.problem.fix)?.[0] ?? `OTHER ${error.problem.message.slice(0, 60)}`}`,
      );
    }
  }
}
for (const [key, times] of [...tally].sort()) console.log(`${times}\t${key}`);
