import { readdirSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createLab } from './lab/lab.ts';
import { programOn } from './lab/program-on.ts';

/**
 * Every example of every command's help, run as written by a shell. In a namespace without a route, because some of them name
 * hosts; a failed or unproven check is a fine answer there, bad usage or a bug is not.
 */
const ROOT = path.join(import.meta.dirname, '..', '..');
/** The program's name in an example. */
const BIN = '<%= config.bin %>';
const COMMANDS = path.join(ROOT, 'dist', 'commands');

interface CommandClass {
  readonly summary?: string;
  readonly examples?: readonly { readonly description: string; readonly command: string }[];
}

const lab = createLab();
const machine = lab.host('examples');
const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-examples-'));
afterAll(() => {
  lab.close();
  rmSync(folder, { recursive: true });
});

const files = readdirSync(COMMANDS).filter((file) => file.endsWith('.js'));

describe.each(files)('%s', async (file) => {
  const { default: command } = (await import(path.join(COMMANDS, file))) as { default: CommandClass };

  test('has a summary and examples', () => {
    expect(command.summary).toMatch(/\.$/);
    expect(command.examples?.length).toBeGreaterThan(0);
  });

  test.each(command.examples ?? [])('$description', async ({ command: example }) => {
    const { code, stderr } = await runLine(example.replace(/--(for|wait) \w+/, '--$1 1s'));
    expect({ stderr, isFine: [0, 1, 3].includes(code ?? -1) }).toEqual({ stderr, isFine: true });
  });
});

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

/** A line of words, plain or in quotes, needs no shell, and no start of the program. */
function runLine(line: string): Promise<Ended> {
  if (/^(?: [\w./=:,-]+| '[^']*'| "[^"$`\\]*")*$/.test(line.replace(BIN, ''))) {
    const words = line.replace(BIN, '').matchAll(/ (?:'([^']*)'|"([^"]*)"|(\S+))/g);
    const argv = [...words].map(([, single, double, plain]) => single ?? double ?? plain ?? '');
    return programOn(machine)(argv, { cwd: folder });
  }
  const entry = `${process.execPath} ${path.join(ROOT, 'bin', 'run.js')}`;
  const { status, stderr } = machine.run(['sh', '-c', `cd ${folder} && ${line.replaceAll(BIN, entry)}`]);
  return Promise.resolve({ code: status, stderr });
}
