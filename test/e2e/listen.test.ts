import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ListenRecord } from '../../src/responder/log/listen-log.ts';
import { areFree, freeOffset } from './free-ports.ts';
import { runInProcess } from './in-process.ts';
import { ROOT } from './run-cli.ts';

const ENTRY = path.join(ROOT, 'bin', 'run.js');

/** What a failed test left running, and with it the ports. */
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

let offset: number;
let site: readonly string[];
let folder: string;
beforeEach(async () => {
  offset = await freeOffset();
  site = ['--instances', '2', '--port-offset', `${offset}`];
});
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-listen-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Listener {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly lines: () => readonly string[];
  readonly stderr: () => string;
  readonly exit: Promise<number | null>;
}

async function listen(...flags: string[]): Promise<Listener> {
  const child = spawn(process.execPath, [ENTRY, 'listen', ...site, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const exit = once(child, 'close').then(([code]) => code as number | null);
  await expect.poll(() => stdout + (child.exitCode === null ? '' : stderr)).toMatch(/\n/);
  return { child, exit, lines: () => stdout.split('\n').slice(0, -1), stderr: () => stderr };
}

const parse = (line: string | undefined) => JSON.parse(line ?? 'null') as ListenRecord;

/** But for the counts, which come every few seconds whatever happens. */
const kindsOf = (records: readonly ListenRecord[]) =>
  records.map(({ kind }) => kind).filter((kind) => kind !== 'counts');

test('every line is of its schema; each port is counted; a signal ends it with a summary and exit 0', async () => {
  const { child, lines, stderr, exit } = await listen();
  const { code } = await runInProcess(['check', ...site, '--json']);
  expect(code).toBe(0);
  await expect.poll(() => lines().some((line) => parse(line).kind === 'counts')).toBe(true);
  child.kill('SIGTERM');
  expect(await exit).toBe(0);

  const load = (name: string) =>
    JSON.parse(readFileSync(path.join(ROOT, 'docs/schema', name), 'utf8')) as { $defs: object };
  // Of the reports' schema only the shared parts are needed.
  const { $defs } = load('report.schema.json');
  const validate = new Ajv2020({ allErrors: true, strict: false })
    .addSchema({ $id: 'https://vwaudit.example/schema/report.schema.json', $defs })
    .compile(load('listen-log.schema.json'));
  for (const line of lines()) {
    validate(JSON.parse(line));
    expect({ line, errors: validate.errors }).toEqual({ line, errors: null });
  }
  const records = lines().map(parse);
  expect(kindsOf(records).slice(0, 2)).toEqual(['listen', 'contact']);
  const contacts = records.filter((record) => record.kind === 'contact');
  // A port that answered is asked once more at the end.
  expect(new Set(contacts.map(({ transport, port }) => `${transport} ${port}`)).size).toBe(9);
  const summary = records.at(-1);
  if (summary?.kind !== 'summary') throw new Error('no summary');
  expect(summary).toMatchObject({ contacts: contacts.length, unreported: 0 });
  expect(summary.ports.reduce((sum, port) => sum + port.contacts, 0)).toBe(contacts.length);
  expect(summary.ports.every(({ bytesIn, bytesOut }) => bytesOut <= bytesIn)).toBe(true);
  expect(stderr()).toMatch(/^Standing in for Viz World: .*\nEnded: \d+ contacts\.\n$/);
  expect(stderr()).toContain(`Viz World: ${offset + 102}-${offset + 103}`);
  expect(await areFree(offset)).toBe(true);
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s at once', async (signal) => {
  const { child, lines, exit } = await listen('--quiet');
  child.kill(signal);
  expect(await exit).toBe(0);
  expect(parse(lines().at(-1)).kind).toBe('summary');
});

test('--for ends it', async () => {
  const startMs = performance.now();
  const { lines, stderr, exit } = await listen('--for', '1s', '--quiet');
  expect(await exit).toBe(0);
  expect(performance.now() - startMs).toBeGreaterThan(1_000);
  expect(stderr()).toBe('');
  expect(kindsOf(lines().map(parse))).toEqual(['listen', 'summary']);
});

test('a reader who leaves ends it, without a word', async () => {
  const { child, stderr, exit } = await listen('--quiet');
  child.stdout.destroy();
  await runInProcess(['check', ...site, '--json']);
  expect(await exit).toBe(0);
  expect(stderr()).toBe('');
});

test('a reader who has stopped reading does not keep it from ending', async () => {
  const child = spawn(process.execPath, [ENTRY, 'listen', ...site, '--quiet'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(child);
  const [first] = (await once(child.stdout, 'data')) as [Buffer];
  expect(first.length).toBeGreaterThan(0);
  child.stdout.pause();
  for (let round = 0; round < 40; round += 1) await flood();
  child.kill('SIGTERM');
  const [code] = (await once(child, 'exit')) as [number | null];
  expect(code).toBe(0);
  child.stdout.destroy();
});

/** Enough contacts to fill a pipe. */
async function flood(): Promise<void> {
  const { createConnection } = await import('node:net');
  const ports = [102, 103, 10_100, 10_101];
  await Promise.all(
    Array.from({ length: 16 }, async (_, index) => {
      const socket = createConnection(offset + (ports[index % 4] ?? 0), '127.0.0.1');
      // Unread, what the stand-in says would keep the socket open.
      socket.on('error', () => undefined).resume();
      await once(socket, 'close');
    }),
  );
}

describe('what it refuses', () => {
  test.each([
    [['--for', '7q'], /--for: "7q"/, /30s, 10m or 2h/],
    [['--for', '0s'], /"0s"/, /30s/],
    [['--for', '-5s'], /"-5s"|--for/, /30s|see vwaudit/],
    [['--for', '1.5h'], /"1\.5h"/, /30s/],
    [['--for', '501h'], /"501h" .*500h/, /30s/],
    [['--for', ''], /--for/, /30s|see vwaudit/],
    [['--bind', 'maps-a'], /--bind: "maps-a"/, /give an IPv4 or IPv6 address/],
    [['--bind', '10.0.0.0/8'], /"10\.0\.0\.0\/8"/, /address/],
    [['--bind', '192.0.2.1'], /could not bind any port .*does not have the address/, /--bind/],
    [['--host', '192.0.2.1'], /could not bind any port/, /--bind/],
  ] as const)('%o', async (flags, names, fix) => {
    const { code, stdout, stderr } = await runInProcess(['listen', ...site, ...flags]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(names);
    expect(stderr).toMatch(fix);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('as JSON with --json', async () => {
    const { code, stdout, stderr } = await runInProcess(['listen', ...site, '--bind', '192.0.2.1', '--json']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'error', error: { code: 'nothing-held' } });
  });

  const HEAD =
    '{"schemaVersion":1,"kind":"listen","startedAt":"2026-01-01T00:00:00.000Z","held":[],"notHeld":[]}';
  test.each([
    ['nothing', '', /it contains no complete line/],
    ['no log', '{"kind":"contact"}\n', /x\.jsonl:1: it does not begin with the header/],
    ['no JSON', `${HEAD}\nhello\n`, /x\.jsonl:2:1: not valid JSON/],
    ['another line', `${HEAD}\n{"kind":"check"}\n`, /x\.jsonl:2: not a line of a listen log/],
    ['another version', `${HEAD.replace('1', '2')}\n`, /x\.jsonl:1: its schemaVersion is not 1/],
    ['wrong values', `${HEAD}\n{"kind":"counts","time":"now","ports":[]}\n`, /x\.jsonl:2: time: "now"/],
    ['binary', '\u0000\u0001\n', /x\.jsonl:1: it does not begin with the header/],
  ])('--listen-log: %s', async (_, written, message) => {
    const file = path.join(folder, 'x.jsonl');
    writeFileSync(file, written);
    const { code, stdout, stderr } = await runInProcess(['check', ...site, '--listen-log', file]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  test('--listen-log: no such file', async () => {
    const { code, stderr } = await runInProcess([
      'check',
      ...site,
      '--listen-log',
      path.join(folder, 'none'),
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--listen-log: ".*none" can't be read/);
  });
});

test('a line that is being written just now is left for later', async () => {
  const file = path.join(folder, 'torn.jsonl');
  const { child, lines, exit } = await listen('--quiet');
  writeFileSync(file, `${lines()[0]}\n{"kind":"cont`);
  const { code } = await runInProcess(['check', ...site, '--listen-log', file]);
  child.kill('SIGTERM');
  await exit;
  expect(code).toBe(0);
});
