import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { AuditReport } from '../../src/verdict/reports/audit-report.ts';
import type { TraceReport } from '../../src/verdict/reports/trace-report.ts';
import { runInProcess } from './in-process.ts';
import { validReport } from './schema.ts';

// What people met, rebuilt small: every ruleset of test/cases and, in NAME.answer.yaml, the right answers to what was asked
// of it. `ONLY=k04` runs the cases whose name begins so.

/** One command line and what it may answer. */
interface Ask {
  /** The command line, in test/cases; words in double quotes may hold blanks. */
  readonly run: string;
  /** `trace`: the packet's result is one of these. */
  readonly result?: readonly string[];
  /** `audit`: the verdict of every such flow ("client → 102/tcp") is one of these. */
  readonly flows?: Readonly<Record<string, readonly string[]>>;
  /** The exit code is one of these; without it, 0, 1 or 3. */
  readonly exit?: readonly number[];
  /** Patterns that the text must and must not match. */
  readonly says?: string;
  readonly saysNot?: string;
}

const FOLDER = path.join(import.meta.dirname, '..', 'cases');
const ANSWER = '.answer.yaml';
const ANSWERED = [0, 1, 3];

/** No answer takes more: of processor time, so that a busy machine has all the time it needs, and of memory. */
const MAX = { cpuSeconds: 20, env: { NODE_OPTIONS: '--max-old-space-size=1024' } };

const names = readdirSync(FOLDER);
const answers = names
  .filter((name) => name.endsWith(ANSWER) && name.startsWith(process.env.ONLY ?? ''))
  .map((name) => {
    const { asks } = parse(readFileSync(path.join(FOLDER, name), 'utf8')) as {
      readonly asks: readonly Ask[];
    };
    return { name: name.slice(0, -ANSWER.length), asks };
  });

describe.each(answers)('$name', ({ asks }) => {
  for (const ask of asks) {
    it(ask.run, () => answersRightly(ask));
  }
});

it.skipIf(process.env.ONLY !== undefined)('every input is asked about', () => {
  const asked = answers.flatMap(({ asks }) => asks.flatMap(({ run }) => words(run)));
  expect(names.filter((name) => !name.endsWith(ANSWER) && !asked.includes(name))).toEqual([]);
});

async function answersRightly(ask: Ask): Promise<void> {
  const isText = ask.says !== undefined || ask.saysNot !== undefined;
  const isReport = ask.result !== undefined || ask.flows !== undefined;
  if (isText || !isReport) await textIsRight(ask);
  if (isReport) await reportIsRight(ask);
}

async function textIsRight({ run, exit = ANSWERED, says, saysNot }: Ask): Promise<void> {
  const { code, stdout, stderr } = await runInProcess(words(run), { ...MAX, cwd: FOLDER });
  const text = `${stdout}${stderr}`.replaceAll(/\s+/g, ' ');
  expect(exit, text).toContain(code);
  if (says !== undefined) expect(text).toMatch(new RegExp(says));
  if (saysNot !== undefined) expect(text).not.toMatch(new RegExp(saysNot));
}

async function reportIsRight({ run, result, flows, exit = ANSWERED }: Ask): Promise<void> {
  const { code, stdout, stderr } = await runInProcess([...words(run), '--json'], { ...MAX, cwd: FOLDER });
  expect(exit, `${stdout}${stderr}`).toContain(code);
  const report = validReport(stdout);
  if (result !== undefined) {
    const [packet] = (report as TraceReport).packets;
    expect(result).toContain(packet?.result);
  }
  for (const [name, verdicts] of Object.entries(flows ?? {})) {
    const meant = (report as AuditReport).flows.filter(
      ({ from, port, transport }) => `${from.role} → ${port}/${transport}` === name,
    );
    expect(meant, name).not.toEqual([]);
    for (const { id, verdict } of meant) expect(verdicts, id).toContain(verdict);
  }
}

function words(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
}
