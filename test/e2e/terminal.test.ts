import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { freeOffset } from './free-ports.ts';
import { runInProcess } from './in-process.ts';
import { ROOT } from './run-cli.ts';

/** util-linux's `script`, which runs a command on a terminal of its own. */
const hasTerminal =
  process.platform === 'linux' && spawnSync('script', ['--version'], { encoding: 'utf8' }).status === 0;

const COLUMNS = 60;
const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-terminal-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Session {
  /** What the terminal has shown, as lines. */
  readonly screen: () => string;
  readonly type: (text: string) => void;
  readonly ended: Promise<void>;
}

/** Runs vwaudit with stdin, stdout and stderr on one terminal of {@link COLUMNS} columns. */
function onTerminal(argv: string): Session {
  const command = `stty cols ${COLUMNS}; exec '${process.execPath}' '${path.join(ROOT, 'bin', 'run.js')}' ${argv}`;
  const env = { ...process.env, TERM: 'xterm', SHELL: '/bin/sh', NO_COLOR: '1' };
  const child = spawn('script', ['-qec', command, '/dev/null'], { env, cwd: folder });
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (shown += text));
  return {
    screen: () => shown.replaceAll('\r\n', '\n'),
    type: (text) => child.stdin.write(text),
    ended: new Promise((resolve) =>
      child.on('close', () => {
        resolve();
      }),
    ),
  };
}

const OFTEN = { interval: 100 } as const;

const widest = (screen: string): number => Math.max(...screen.split('\n').map((line) => line.length));

test.runIf(hasTerminal)('an error is wrapped to the terminal', async () => {
  const { screen, ended } = onTerminal('check --as clinet');
  await ended;
  expect(screen()).toMatch(/^vwaudit: --as: "clinet" is not a valid value; did you mean/);
  expect(screen().trim().split('\n').length).toBeGreaterThan(1);
  expect(widest(screen())).toBeLessThanOrEqual(COLUMNS);
});

test.runIf(hasTerminal)('notices are wrapped, commands to copy are not', async () => {
  const { screen, ended } = onTerminal('rules --format nft --out rules-of-the-hosts-of-the-site.nft');
  await ended;
  expect(screen()).toMatch(/^remove: nft delete table inet vwaudit$/m);
  const prose = screen().replace(/^(?:load|remove): .*\n/gm, '');
  expect(widest(prose)).toBeLessThanOrEqual(COLUMNS);
});

test.runIf(hasTerminal)(
  'a table is no wider than the terminal, whatever has to go below its rows',
  async () => {
    for (const argv of ['ports --instances 4', 'check --instances 1 --demo --quiet']) {
      const { screen, ended } = onTerminal(argv);
      await ended;
      expect(screen(), argv).toMatch(argv.startsWith('ports') ? /client connections/ : /✓ pass\n {6}syn-ack/);
      expect(widest(screen()), argv).toBeLessThanOrEqual(COLUMNS);
    }
  },
);

test.runIf(hasTerminal)('audit - says that it waits for somebody to type', async () => {
  const { screen, type, ended } = onTerminal('audit -');
  await expect.poll(screen, OFTEN).toMatch(/^reading standard input; Ctrl-D ends it\n/);
  type('\u0004');
  await ended;
  expect(screen()).toMatch(/vwaudit: /);
});

test('audit - says nothing where nobody types', async () => {
  const { stderr } = await runInProcess(['audit', '-'], { input: '' });
  expect(stderr).not.toContain('reading standard input');
});

test.runIf(hasTerminal)('listen shows a person who came, and logs to --out', async () => {
  const offset = await freeOffset();
  const site = `--instances 1 --port-offset ${offset}`;
  const { screen, type, ended } = onTerminal(`listen ${site} --out listen.jsonl`);
  await expect.poll(screen, OFTEN).toMatch(/Ctrl-C ends it/);
  expect((await runInProcess(['check', ...site.split(' '), '--json'])).stdout).toContain('"kind": "check"');
  await expect
    .poll(screen, OFTEN)
    .toMatch(
      new RegExp(
        String.raw`^\d\d:\d\d:\d\d {2}127\.0\.0\.1 {2}${offset + 102}-${offset + 103}, ${offset + 10_100}`,
        'm',
      ),
    );
  type('\u0003');
  await ended;
  expect(screen()).not.toContain('{');
  expect(screen()).toMatch(/Ended: \d+ contacts/);
  expect(widest(screen())).toBeLessThanOrEqual(COLUMNS);
  const kinds = readFileSync(path.join(folder, 'listen.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { kind: string }).kind);
  expect(kinds.at(0)).toBe('listen');
  expect(kinds.at(-1)).toBe('summary');
  expect(kinds).toContain('contact');
});

test.runIf(hasTerminal)('listen --json writes JSON Lines to a terminal too', async () => {
  const { screen, ended } = onTerminal(
    `listen --instances 1 --port-offset ${await freeOffset()} --for 1s --json --quiet`,
  );
  await ended;
  expect(screen()).toMatch(/^\{"schemaVersion":1,"kind":"listen"/);
});

test('a log that can not be written is bad input, before a port is held', async () => {
  const file = path.join(folder, 'none', 'listen.jsonl');
  const { code, stdout, stderr } = await runInProcess([
    'listen',
    '--port-offset',
    `${await freeOffset()}`,
    '--out',
    file,
  ]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^vwaudit: --out: "[^\n]*" can't be written [^\n]*\n$/);
});

test('redirected, with --out: the log is there, and nothing on stdout', async () => {
  const file = path.join(folder, 'redirected.jsonl');
  writeFileSync(file, 'an older log\n');
  const argv = ['listen', '--port-offset', `${await freeOffset()}`, '--for', '1s', '--quiet', '--out', file];
  expect(await runInProcess(argv)).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(existsSync(file)).toBe(true);
  expect(readFileSync(file, 'utf8')).toMatch(
    /^\{"schemaVersion":1,"kind":"listen".*\n[^]*"kind":"summary".*\n$/,
  );
});
