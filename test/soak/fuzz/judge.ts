import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DialectId } from '../../../src/firewall/languages/dialect.ts';

/**
 * What each real tool that reads a dialect says about a text: null when it loads it, else its first complaint. It loads for
 * real (checks alone miss unknown chains and targets), so run it in namespaces of its own.
 */
export type Judge = (text: string) => readonly (string | null)[];

const JUDGES: Readonly<Record<DialectId, Judge>> = {
  nft: (text) => [complaintOf('nft', ['-c', '-f', '-'], text)],
  // nft -j reads its input twice when it is no JSON: only a file can be.
  'nft-json': (text) => {
    writeFileSync(jsonFile(), text);
    return [complaintOf('nft', ['-j', '-c', '-f', jsonFile()], '')];
  },
  iptables: (text) =>
    ['iptables-legacy-restore', 'iptables-nft-restore'].map((tool) => complaintOf(tool, [], text)),
  ip6tables: (text) =>
    ['ip6tables-legacy-restore', 'ip6tables-nft-restore'].map((tool) => complaintOf(tool, [], text)),
  ipset: (text) => {
    const complaint = complaintOf('ipset', ['restore'], text);
    complaintOf('ipset', ['destroy'], '');
    return [complaint];
  },
};

/** The judge of a dialect when its tools work here; undefined when they do not. */
export function judgeOf(dialect: DialectId, sample: string): Judge | undefined {
  try {
    return JUDGES[dialect](sample).every((complaint) => complaint === null) ? JUDGES[dialect] : undefined;
  } catch {
    return undefined;
  }
}

function complaintOf(program: string, args: readonly string[], input: string): string | null {
  const { status, stderr, error } = spawnSync(program, args, {
    input,
    encoding: 'utf8',
    timeout: PATIENCE_MS,
  });
  const isLate = error !== undefined && 'code' in error && error.code === 'ETIMEDOUT';
  if (error !== undefined && status === null && !isLate) throw error;
  if (status === 0) return null;
  if (status === null) return CRASHED;
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  return lines.find((line) => !NOISE.test(line)) ?? lines[0] ?? 'refused';
}

/** How long a tool may take: hundreds of times what it needs. */
const PATIENCE_MS = 10_000;

/** What a tool says of a text it falls over or never ends with: nothing. */
export const CRASHED = 'the tool crashed';

/** Lines that tell nothing of what is wrong. */
const NOISE = /^(?:#|Try |Error occurred at line|Warning)|deprecated/;

let file: string | undefined;

function jsonFile(): string {
  return (file ??= path.join(mkdtempSync(path.join(tmpdir(), 'vwaudit-judge-')), 'x.json'));
}
