import { writeFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { DIALECT_IDS, type RulesetSource } from '../../../src/firewall/languages/dialect.ts';
import { seeds, type Seed } from './corpus.ts';
import { startCoverage } from './coverage.ts';
import { dictionaries } from './dictionary.ts';
import { mutate, type Stock } from './mutate.ts';
import { complaintOf, type Complaint } from './properties.ts';
import { randomFrom, type Random } from './random.ts';
import { shrink } from './shrink.ts';
import type { Message, Task } from './supervise.ts';

/** Fuzzes until it is told to end; says every new kind of complaint once. */
export function work({ seed, dialects, pulse, currentFile }: Task): void {
  const tell = (message: Message): void => parentPort?.postMessage(message);
  const random = randomFrom(seed);
  const all = seeds();
  const words = dictionaries(all);
  const corpus = all.filter(({ dialect }) => dialects.includes(dialect));
  const coverage = startCoverage((url) => /\/src\/(?:firewall|net)\//.test(url));
  const stock: Stock = { random, words, dialects: DIALECT_IDS, other: () => random.pick(corpus).text };
  const shown = new Set<string>();
  const clock = new Float64Array(pulse);

  /** Says a complaint of a new kind, with a small input that shows it. */
  function report(complaint: Complaint, smaller: () => string): void {
    if (shown.has(complaint.kind)) return;
    shown.add(complaint.kind);
    tell({ complaint: complaint.kind, detail: complaint.detail, input: smaller() });
  }

  /** The supervisor ends what does not come back from here in time. */
  function timed<T>(sources: readonly RulesetSource[], run: () => T): T {
    const size = sources.reduce((sum, { text }) => sum + text.length, 0);
    writeFileSync(currentFile, JSON.stringify(sources));
    clock[1] = size;
    clock[0] = Date.now();
    const result = run();
    clock[0] = 0;
    return result;
  }

  function tryOne(sources: readonly RulesetSource[]): void {
    const complaint = timed(sources, () => complaintOf(sources, random.chance(0.1)));
    clock[2] = (clock[2] ?? 0) + 1;
    if (complaint === null) return;
    report(complaint, () =>
      JSON.stringify(shrink(sources, (fewer) => complaintOf(fewer, true)?.kind === complaint.kind)),
    );
  }

  /** Those of a batch that reach the recent blocks: halves are run again until it is clear which. */
  function keepers(batch: readonly Seed[]): readonly Seed[] {
    for (const { dialect, text } of batch) tryOne([{ text, file: 'x', dialect }]);
    if (!coverage.isRecent()) return [];
    const [only] = batch;
    if (batch.length === 1 && only !== undefined) {
      coverage.settle();
      return only.text.length < MAX_KEPT ? [only] : [];
    }
    const half = batch.length >> 1;
    return [...keepers(batch.slice(0, half)), ...keepers(batch.slice(half))];
  }

  for (const { dialect, text } of corpus) tryOne([{ text, file: 'x', dialect }]);
  coverage.fresh();
  for (;;) {
    const batch: Seed[] = [];
    for (let count = 0; count < BATCH; count++) {
      const { dialect, text } = pickSmall(corpus, random);
      batch.push({ dialect, text: mutate(text, dialect, stock) });
    }
    for (const input of batch) tryOne(sourcesFor(input, stock));
    if (coverage.fresh() > 0) corpus.push(...keepers(batch));
    clock[3] = coverage.total();
    clock[4] = corpus.length;
  }
}

/** Between two looks at the coverage, which cost as much as many small inputs. */
const BATCH = 200;
const MAX_KEPT = 200_000;

/** Of two the shorter one: small inputs are many times as fast. */
function pickSmall(corpus: readonly Seed[], random: Random): Seed {
  const [a, b] = [random.pick(corpus), random.pick(corpus)];
  return a.text.length < b.text.length ? a : b;
}

/** An input alone, or a second file beside it; its dialect given or found. */
function sourcesFor({ dialect, text }: Seed, { random, other }: Stock): readonly RulesetSource[] {
  const source: RulesetSource = { text, file: 'x', dialect: random.chance(0.85) ? dialect : null };
  if (!random.chance(0.1)) return [source];
  return [
    source,
    { text: other(), file: 'y', dialect: random.chance(0.5) ? null : random.pick(DIALECT_IDS) },
  ];
}
