// Listings as they get mangled on their way (wrapped, cut, quoted, copied from a terminal), compared with the whole file:
// `npm run soak mangled [MINUTES] [SEED] [FOLDER…]`. Fails on a decided answer that the whole file does not give, and on a crash.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../../src/input-error.ts';
import { manglings } from '../firewall/mangle.ts';
import { answersOf, isContradiction, type Answer } from '../firewall/mangled-answers.ts';

const [minutes = '10', seedText, ...named] = process.argv.slice(2);
const FOLDERS = ['../firewall/coverage/fixtures', '../cases'].map((name) =>
  path.join(import.meta.dirname, name),
);

/** A file that is longer takes minutes, and is mangled in the same places as a short one. */
const LONGEST = 100_000;

interface Listing {
  readonly file: string;
  readonly text: string;
  readonly answers: readonly Answer[];
}

const listings = (named.length > 0 ? named : FOLDERS).flatMap((folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => listing(path.join(entry.parentPath, entry.name))),
);
const first = Number(seedText ?? Date.now() % 2 ** 31);
console.log(`seed ${first}, ${minutes} minutes, ${listings.length} listings`);
const tally = new Map<string, number>();
const end = performance.now() + 60_000 * Number(minutes);
for (let seed = first; performance.now() < end; seed++) for (const one of listings) mangle(one, seed);
for (const [key, times] of [...tally].sort()) console.log(`${times}\t${key}`);

/** The file with its answers; nothing where it is no ruleset. */
function listing(file: string): readonly Listing[] {
  const text = readFileSync(file, 'utf8');
  if (text.length > LONGEST) return [];
  try {
    return [{ file, text, answers: answersOf(text, path.basename(file)) }];
  } catch (error) {
    if (error instanceof InputError) return [];
    throw error;
  }
}

function mangle({ file, text, answers }: Listing, seed: number): void {
  for (const mangled of manglings(text, seed, 1)) {
    if (performance.now() > end) return;
    const outcome = outcomeOf(mangled.text, path.basename(file), answers);
    const key = `${mangled.name.replace(/ .*/, '')}: ${outcome}`;
    tally.set(key, (tally.get(key) ?? 0) + 1);
    if (outcome === 'same or undecided' || outcome === 'refused') continue;
    console.log(`seed ${seed}, ${file}, ${mangled.name}: ${outcome}`);
    process.exitCode = 1;
  }
}

function outcomeOf(text: string, name: string, answers: readonly Answer[]): string {
  try {
    const wrong = answersOf(text, name).find((one, at) => isContradiction(one, answers[at]!));
    return wrong === undefined ? 'same or undecided' : `WRONG ${wrong.asked}`;
  } catch (error) {
    return error instanceof InputError ? 'refused' : `CRASH ${String(error)}`;
  }
}
