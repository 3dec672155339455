import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from './run-cli.ts';

/** A copy of the sources, with the packages of this one, as a clone has them after `npm ci`. */
let copy = '';
beforeAll(() => {
  copy = fs.mkdtempSync(path.join(tmpdir(), 'vwaudit-build-'));
  for (const name of ['bin', 'src', 'templates', 'package.json', 'tsconfig.json', 'tsconfig.build.json'])
    fs.cpSync(path.join(ROOT, name), path.join(copy, name), { recursive: true });
});
afterAll(() => {
  fs.rmSync(copy, { recursive: true, force: true });
});

const BUILD_MS = 180_000;

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

/** Compiles the copy with other options, too. */
function configure(more: object): void {
  const [build, whole] = ['build', 'whole'].map((name) => path.join(copy, `tsconfig.${name}.json`)) as [
    string,
    string,
  ];
  if (!fs.existsSync(whole)) fs.renameSync(build, whole);
  fs.writeFileSync(build, JSON.stringify({ extends: './tsconfig.whole.json', ...more }));
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

describe('a build', { timeout: BUILD_MS }, () => {
  test('never takes the program away: it runs again and again while the next one is made', async () => {
    for (const name of ['dist', 'oclif.manifest.json'])
      fs.cpSync(path.join(ROOT, name), path.join(copy, name), { recursive: true });
    edit('commands/ports.ts', 'List the ports', 'Tell the ports');
    // Checking the types takes longest.
    configure({ compilerOptions: { noCheck: true } });
    fs.writeFileSync(path.join(copy, 'dist', 'commands', 'gone.js'), 'export default class {}\n');
    const build = spawn(process.execPath, [path.join(copy, 'bin', 'build.js')], { stdio: 'inherit' });
    const built = once(build, 'close');
    const runs: { code: number | null; stderr: string }[] = [];
    while (build.exitCode === null) {
      const { code, stderr } = await later(['ports', '--json']);
      runs.push({ code, stderr });
    }
    expect(await built).toEqual([0, null]);
    expect(runs.length).toBeGreaterThan(0);
    expect(runs.filter(({ code, stderr }) => code !== 0 || stderr !== '')).toEqual([]);
    expect(vwaudit('--help').stdout).toMatch(/ports +Tell the ports/);
    expect(fs.readdirSync(path.join(copy, 'dist', 'commands'))).not.toContain('gone.js');
    expect(fs.readdirSync(path.join(copy, 'dist')).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('that fails leaves the one before', () => {
    edit('cli/exit/exit-code.ts', 'ok: 0,', "ok: 'nought' satisfies number,");
    // The whole program takes long to compile; one file is enough to fail.
    configure({ include: ['src/cli/exit/exit-code.ts'] });
    const { code, stdout, stderr } = node('build.js');
    expect(code).toBe(1);
    expect(stdout).toMatch(/error TS/);
    expect(stderr).toBe('vwaudit: the sources do not compile; the last build stays\n');
    expect(vwaudit('--help').stdout).toMatch(/ports +Tell the ports/);
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

function later(argv: readonly string[]): Promise<{ code: number | null; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [path.join(copy, 'bin', 'run.js'), ...argv], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('close', (code) => {
      resolve({ code, stderr });
    });
  });
}
