import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from './run-cli.ts';

/** A copy of the sources, with the packages of this one, as a clone has them after `npm ci`. */
let copy = '';
beforeAll(() => {
  copy = fs.mkdtempSync(path.join(tmpdir(), 'vwaudit-build-'));
  for (const name of ['bin', 'src', 'templates', 'package.json', 'tsconfig.json'])
    fs.cpSync(path.join(ROOT, name), path.join(copy, name), { recursive: true });
});
afterAll(() => {
  fs.rmSync(copy, { recursive: true, force: true });
});

const vwaudit = (...argv: string[]) => node('run.js', ...argv);

function node(script: string, ...argv: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(copy, 'bin', script), ...argv], {
    cwd: copy,
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
}

/** Changes a source file of the copy. */
function edit(file: string, from: string, to: string): void {
  const whole = path.join(copy, 'src', file);
  const text = fs.readFileSync(whole, 'utf8');
  expect(text).toContain(from);
  fs.writeFileSync(whole, text.replace(from, to));
}

/** Changes what all commands share, so that chunks get other names. */
function editChunks(): void {
  edit('input-error.ts', "'InputError", "'InputErrorX");
}

describe('a copy that can not run says what to do, exit 70', () => {
  test('nothing is installed: no error for npm, which calls it after npm ci --omit=dev', () => {
    const optional = node('build.js', '--if-possible');
    expect(optional).toEqual({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(/not built.*npm ci\n$/) as string,
    });
    expect(node('build.js')).toMatchObject({ code: 1, stderr: optional.stderr });
    fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'));
  });

  test('not built', () => {
    const line = `vwaudit: this copy is not built; run npm ci in ${JSON.stringify(copy)}\n`;
    expect(vwaudit('ports')).toEqual({ code: 70, stdout: '', stderr: line });
    const { code, stdout, stderr } = vwaudit('ports', '--json');
    expect({ code, stderr }).toEqual({ code: 70, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      kind: 'error',
      error: { code: 'not-built' },
    });
  });
});

describe('a build', () => {
  test('never takes the program away: it runs again and again while the next ones are made', async () => {
    expect(node('build.js')).toMatchObject({ code: 0, stderr: '' });
    fs.writeFileSync(path.join(copy, 'dist', 'commands', 'gone.js'), 'export default class {}\n');
    const state = { isBuilding: true };
    const builds = (async () => {
      for (const [from, to] of [
        ['List the ports', 'Tell the ports'],
        ['Tell the ports', 'Show the ports'],
        ['Show the ports', 'Name the ports'],
      ] as const) {
        edit('commands/ports.ts', from, to);
        editChunks();
        expect(await later('build.js')).toEqual({ code: 0, stderr: '' });
      }
    })().finally(() => (state.isBuilding = false));
    const runs: { code: number | null; stderr: string }[] = [];
    while (state.isBuilding) runs.push(await later('run.js', 'ports', '--json'));
    await builds;
    expect(runs.length).toBeGreaterThan(0);
    expect(runs.filter(({ code, stderr }) => code !== 0 || stderr !== '')).toEqual([]);
    expect(vwaudit('--help').stdout).toMatch(/ports +Name the ports/);
    expect(fs.readdirSync(path.join(copy, 'dist', 'commands'))).not.toContain('gone.js');
    expect(fs.readdirSync(path.join(copy, 'dist')).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('keeps the chunks of the build before, for programs that run, and those of no other; a package has none', () => {
    const chunks = () => new Set(fs.readdirSync(path.join(copy, 'dist', 'chunks')));
    const build = (...argv: string[]) => {
      editChunks();
      expect(node('build.js', ...argv)).toMatchObject({ code: 0, stderr: '' });
      return chunks();
    };
    const [packed, next, last] = [build('--if-possible'), build(), build()];
    const missing = (from: ReadonlySet<string>) => [...packed].filter((one) => !from.has(one));
    expect(missing(next)).toEqual([]);
    expect(missing(last).length).toBeGreaterThan(0);
    expect(last.size).toBe(next.size);
    expect(build('--if-possible').size).toBe(packed.size);
    expect(vwaudit('ports', '--json')).toMatchObject({ code: 0, stderr: '' });
  });

  test('that fails leaves the one before', () => {
    edit('cli/exit/exit-code.ts', 'ok: 0,', "ok: 'nought' nought,");
    const { code, stderr } = node('build.js');
    expect(code).toBe(1);
    expect(stderr).toMatch(/src\/cli\/exit\/exit-code\.ts:\d+:\d+/);
    expect(stderr).toMatch(/\nvwaudit: the sources do not compile; the last build stays\n$/);
    expect(vwaudit('--help').stdout).toMatch(/ports +Name the ports/);
    expect(vwaudit('ports', '--json')).toMatchObject({ code: 0, stderr: '' });
  });

  test('packed files have nothing to build from, and need nothing', () => {
    fs.rmSync(path.join(copy, 'src'), { recursive: true });
    expect(node('build.js', '--if-possible')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(node('build.js')).toMatchObject({ code: 1, stderr: 'vwaudit: there is no src folder here\n' });
  });

  test('without the packages it needs', () => {
    fs.rmSync(path.join(copy, 'node_modules'));
    const line = `vwaudit: the packages it needs are not installed; run npm ci in ${JSON.stringify(copy)}\n`;
    expect(vwaudit('ports')).toEqual({ code: 70, stdout: '', stderr: line });
  });
});

function later(script: string, ...argv: string[]): Promise<{ code: number | null; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [path.join(copy, 'bin', script), ...argv], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('close', (code) => {
      resolve({ code, stderr });
    });
  });
}
