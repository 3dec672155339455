import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { logFile } from '../../../src/cli/output/log-file.ts';
import { InputError } from '../../../src/input-error.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-log-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('the older file stays until the first line, and every line can be read at once', async () => {
  const file = path.join(folder, 'listen.jsonl');
  writeFileSync(file, 'before\n', { mode: 0o600 });
  const log = logFile(file);
  expect(readFileSync(file, 'utf8')).toBe('before\n');
  expect(log.write('head')).toBe(true);
  expect(readFileSync(file, 'utf8')).toBe('head\n');
  expect(log.write('contact')).toBe(true);
  expect(readFileSync(file, 'utf8')).toBe('head\ncontact\n');
  await log.end();
  expect(readdirSync(folder)).toEqual(['listen.jsonl']);
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('nothing written: nothing left behind, the older file as it was', async () => {
  const file = path.join(folder, 'listen.jsonl');
  writeFileSync(file, 'before\n');
  await logFile(file).end();
  expect(readFileSync(file, 'utf8')).toBe('before\n');
  expect(readdirSync(folder)).toEqual(['listen.jsonl']);
});

test.runIf(process.platform !== 'win32')('a link stays a link', async () => {
  writeFileSync(path.join(folder, 'target'), '');
  symlinkSync('target', path.join(folder, 'link'));
  const log = logFile(path.join(folder, 'link'));
  log.write('head');
  await log.end();
  expect(readFileSync(path.join(folder, 'target'), 'utf8')).toBe('head\n');
});

test('a folder that is not there, and one where a file belongs: bad input', () => {
  for (const file of [path.join(folder, 'none', 'x.jsonl'), folder]) {
    const refusal = (): unknown => {
      try {
        return logFile(file);
      } catch (error) {
        return error;
      }
    };
    const error = refusal();
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).message).toMatch(/^--out: ".*" can't be written/);
  }
});
