import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { runInProcess } from './in-process.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-hostile-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const MEGABYTES_10 = 10_000_000;
const NFT = 'table inet t {\n\tchain c {\n\t\ttcp dport 102 accept\n\t}\n}\n';

/** name, contents, the place and the beginning of what is said */
const HOSTILE: readonly (readonly [string, string | Buffer, string])[] = [
  ['one-line', 'x'.repeat(MEGABYTES_10), '1:1: not a ruleset of a known dialect'],
  [
    'one-rule',
    `table inet t {\n\tchain c {\n\t\ttcp dport ${'9'.repeat(MEGABYTES_10)}\n\t}\n}\n`,
    '3:13: not a value',
  ],
  ['binary', Buffer.alloc(MEGABYTES_10, 'a\0\u00ff'), '1:1: the ruleset is not text'],
  ['gzip', gzipSync(NFT), '1:1: the ruleset is compressed with gzip'],
  ['empty', '', '1:1: the ruleset is empty'],
  ['comments', '# one\n# two\n', '1:1: not a ruleset of a known dialect'],
  ['cut.nft', NFT.slice(0, 30), '3:5: the file ends: chain c does not end'],
  ['cut.json', '{"nftables": [\n{"table": {"family"', '2:20: the file ends: an object does not end'],
  [
    'cut.iptables',
    '*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp --dport',
    '3:24: the line ends, expected a value',
  ],
  ['windows', NFT.replaceAll('\n', '\r\n').replace('102', '70000'), '3:13: not a value of type inet_service'],
  ['escape', NFT.replace('102', '\u001b[31m'), '3:1: escape codes of'],
  [
    'bidi',
    '*filter\n:INPUT DROP [0:0]\n-A INPUT --\u202eoption\nCOMMIT\n',
    '3:10: unknown option --\\u{202e}option',
  ],
];

async function refused(command: readonly string[], name: string, contents: string | Buffer, said: string) {
  writeFileSync(path.join(folder, name), contents);
  const { code, stdout, stderr } = await runInProcess([...command, name], { cwd: folder });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(`${name}:${said}`);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(stderr.length).toBeLessThan(700);
  // eslint-disable-next-line no-control-regex -- what must not reach a terminal
  expect(stderr.trimEnd()).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
}

describe('exit 2 and one clear line', () => {
  test.each(HOSTILE)('audit: %s', async (name, contents, said) => {
    await refused(['audit'], name, contents, said);
  });

  test.each(HOSTILE.slice(-2))('trace: %s', async (name, contents, said) => {
    await refused(['trace', '--packet', 'tcp 10.0.0.1 > 10.0.0.2:102'], name, contents, said);
  });
});
