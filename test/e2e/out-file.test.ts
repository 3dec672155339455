import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runInProcess } from './in-process.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'vwaudit-out-'))));
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function writeRules(file: string): ReturnType<typeof runInProcess> {
  return runInProcess(['rules', '--format', 'nft', '-q', '--out', path.join(folder, file)]);
}

describe.skipIf(process.platform === 'win32')('rules --out', () => {
  test('a pipe gets the rules and stays a pipe', async () => {
    const pipe = path.join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const [{ code }, text] = await Promise.all([writeRules('pipe'), readFile(pipe, 'utf8')]);
    expect(code).toBe(0);
    expect(text).toContain('table inet vwaudit');
    expect(lstatSync(pipe).isFIFO()).toBe(true);
    expect(readdirSync(folder)).toEqual(['pipe']);
  });

  test('a symbolic link stays one, and its file keeps who may read it', async () => {
    const target = path.join(folder, 'target.nft');
    writeFileSync(target, 'before');
    chmodSync(target, 0o600);
    symlinkSync('target.nft', path.join(folder, 'link.nft'));
    expect(await writeRules('link.nft')).toMatchObject({ code: 0 });
    expect(lstatSync(path.join(folder, 'link.nft')).isSymbolicLink()).toBe(true);
    expect(readFileSync(target, 'utf8')).toContain('table inet vwaudit');
    expect(statSync(target).mode & 0o777).toBe(0o600);
  });
});
