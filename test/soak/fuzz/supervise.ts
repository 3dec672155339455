import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { DialectId } from '../../../src/firewall/languages/dialect.ts';
import type { Complaint } from './properties.ts';

/** What is tried, in which order of chances. */
interface Campaign {
  readonly seed: number;
  readonly dialects: readonly DialectId[];
}

/** What a worker is started with. `pulse`: since when and on how many characters it works, and what it has done. */
export interface Task extends Campaign {
  readonly pulse: SharedArrayBuffer;
  readonly currentFile: string;
}

export interface Message extends Omit<Complaint, 'kind'> {
  readonly complaint: string;
  readonly input: string;
}

/** Runs workers for that long; what hangs or dies is ended and shown. Answers how many kinds of complaints there were. */
export async function supervise(
  entry: string,
  { seed, dialects }: Campaign,
  minutes: number,
): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-fuzz-'));
  const endsAt = Date.now() + minutes * 60_000;
  let complaints = 0;
  const sums = { inputs: 0, blocks: 0, kept: 0 };

  function complain(kind: string, detail: string, input: string): void {
    complaints++;
    const file = path.join(folder, `${complaints}.txt`);
    writeFileSync(file, input);
    console.log(`FAILED ${kind}\n  ${detail.split('\n').slice(0, 4).join('\n  ')}\n  input: ${file}`);
  }

  for (let round = 0; Date.now() < endsAt; round++) {
    const pulse = new SharedArrayBuffer(8 * Float64Array.BYTES_PER_ELEMENT);
    const clock = new Float64Array(pulse);
    const currentFile = path.join(folder, 'current.json');
    const task: Task = { seed: seed + round, dialects, pulse, currentFile };
    const worker = new Worker(BOOT, {
      eval: true,
      workerData: { ...task, entry },
      resourceLimits: { maxOldGenerationSizeMb: 2048 },
    });
    // Processor time: a busy machine keeps the worker waiting.
    let seen = 0;
    let cpuAtStartMs = 0;
    const died = await new Promise<string | null>((resolve) => {
      const timer = setInterval(() => {
        const [since = 0, size = 0] = clock;
        const { user, system } = process.cpuUsage();
        const cpuMs = (user + system) / 1000;
        if (since !== seen) [seen, cpuAtStartMs] = [since, cpuMs];
        if (Date.now() >= endsAt) resolve(null);
        else if (since > 0 && cpuMs - cpuAtStartMs > BASE_MS + size * MS_PER_CHARACTER)
          resolve(
            `hang: no answer after ${Math.round(cpuMs - cpuAtStartMs)} ms of processor time for ${size} characters`,
          );
      }, 100);
      worker.on('message', (message: Message) => {
        complain(message.complaint, message.detail, message.input);
      });
      worker.on('error', (error) => {
        resolve(`the worker died: ${error.stack ?? error.message}`);
      });
      worker.on('exit', () => {
        clearInterval(timer);
      });
    });
    await worker.terminate();
    const [, , inputs = 0, blocks = 0, kept = 0] = clock;
    sums.inputs += inputs;
    sums.blocks = Math.max(sums.blocks, blocks);
    sums.kept = Math.max(sums.kept, kept);
    if (died === null) continue;
    complain(
      died.split('\n')[0] ?? '',
      died,
      existsSync(currentFile) ? readFileSync(currentFile, 'utf8') : '',
    );
    if (inputs === 0) break;
  }
  const perSecond = Math.round(sums.inputs / (minutes * 60));
  console.log(
    `${sums.inputs} inputs (${perSecond}/s), ${sums.blocks} blocks of code reached, ${sums.kept} texts in the corpus, ${complaints} kinds of complaints`,
  );
  return complaints;
}

/** A worker does not inherit the loader for TypeScript. */
const BOOT = `const { entry } = require('node:worker_threads').workerData;
import('tsx/esm/api').then(({ register }) => { register(); return import(entry); })`;

/** A parser may take this long, and this much for every character: about a hundred times what it needs. */
const BASE_MS = 2000;
const MS_PER_CHARACTER = 0.002;
