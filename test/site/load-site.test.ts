import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InputError } from '../../src/input-error.ts';
import { loadSite } from '../../src/site/load-site.ts';
import { nodeSystem } from '../../src/system/node-system.ts';
import { EXAMPLE } from './good-sites.ts';
import { cpuTimeMs } from '../cpu-time.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'vwaudit-site-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function load(text: string | Uint8Array) {
  const file = path.join(folder, 'site.yaml');
  await writeFile(file, text);
  return loadSite(file, {}, nodeSystem);
}

async function refusal(loading: Promise<unknown>): Promise<string> {
  const error: unknown = await loading.catch((caught: unknown) => caught);
  if (error instanceof InputError) return error.message.replaceAll(folder, '');
  throw new Error('was accepted', { cause: error });
}

describe('the file', () => {
  test('is read; one that is not there is null, for the caller to judge', async () => {
    expect((await load(EXAMPLE))?.hosts).toHaveLength(2);
    expect(await loadSite(path.join(folder, 'none.yaml'), {}, nodeSystem)).toBeNull();
  });

  test('a folder', async () => {
    expect(await refusal(loadSite(folder, {}, nodeSystem))).toMatch(
      /can't be read \(EISDIR\); give a readable/,
    );
  });

  test('too large, or without an end', async () => {
    const message = /can't be read \(EFBIG\); give a file of at most 262144 bytes/;
    expect(await refusal(load(`#${' '.repeat(262_144)}`))).toMatch(message);
    if (process.platform === 'linux') {
      expect(await refusal(loadSite('/dev/zero', {}, nodeSystem))).toMatch(message);
    }
  });

  test.each([
    ['UTF-16LE with its byte order mark', Buffer.from(`\ufeff${EXAMPLE}`, 'utf16le')],
    ['UTF-16BE with its byte order mark', Buffer.from(`\ufeff${EXAMPLE}`, 'utf16le').swap16()],
    ['UTF-16 without a byte order mark', Buffer.from(EXAMPLE, 'utf16le')],
    ['UTF-8 with a byte order mark', `\ufeff${EXAMPLE}`],
  ])('%s is read', async (_, bytes) => {
    expect((await load(bytes))?.hosts).toHaveLength(2);
  });

  test.each([
    ['Latin-1', Buffer.from(EXAMPLE.replace('newsroom', 'nyhetsrummet på plan 2'), 'latin1'), ':2:27'],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), ':1:1'],
  ])('%s is no text in UTF-8', async (_, bytes, place) => {
    expect(await refusal(load(bytes))).toBe(
      `/site.yaml${place}: a character that is not valid in UTF-8 text; save the file as UTF-8 without control characters`,
    );
  });
});

describe('files made to hurt end in one line, not in a crash or a long wait', () => {
  const SIZE = 250_000;
  const bomb = Array.from(
    { length: 20 },
    (_, k) =>
      `a${k}: &a${k} [${Array(9)
        .fill(k === 0 ? 'x' : `*a${k - 1}`)
        .join()}]`,
  );
  test.each([
    ['aliases of aliases', bomb.join('\n')],
    ['brackets', '['.repeat(SIZE)],
    ['braces', '{a: '.repeat(SIZE / 4)],
    ['dashes', '- '.repeat(SIZE / 2)],
    ['question marks', '? '.repeat(SIZE / 2)],
    ['anchors', '&a '.repeat(SIZE / 3)],
    ['tags', '!'.repeat(SIZE)],
    ['documents', '---\n'.repeat(SIZE / 4)],
    ['one key again and again', 'a:\n'.repeat(SIZE / 3)],
    ['many keys', Array.from({ length: SIZE / 10 }, (_, index) => `k${index}:`).join('\n')],
    [
      'many hosts',
      `hosts:\n${Array.from({ length: 4000 }, (_, k) => `  h${k}: {address: 10.0.${k >> 8}.${k & 255}}`).join('\n')}`,
    ],
    [
      'many prefixes',
      `hosts: {a: {address: 10.0.0.1}}\npeers: {client: [${Array.from({ length: 12_000 }, (_, k) => `10.1.${k >> 8}.${k & 255}`).join()}]}`,
    ],
    ['an open quote', `name: "${'x\n '.repeat(SIZE / 3)}`],
    ['a steep stair', Array.from({ length: 700 }, (_, index) => `${' '.repeat(index)}k:`).join('\n')],
  ])('%s', async (_, text) => {
    const startMs = cpuTimeMs();
    expect(await refusal(load(text))).toMatch(/^\/site\.yaml:\d+:\d+: [^\n]{1,300}$/);
    expect(cpuTimeMs() - startMs).toBeLessThan(20_000);
  });
});
