import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { runInProcess } from './in-process.ts';
import { ROOT, runCli } from './run-cli.ts';

/** What oclif would do otherwise, and what a script relies on. */
describe('the frame of every command', () => {
  test('every command of src/commands is in the help, so no stale manifest hides one', async () => {
    const { stdout } = await runInProcess(['--help']);
    for (const file of readdirSync(path.join(ROOT, 'src', 'commands'))) {
      expect(stdout).toMatch(new RegExp(`^  ${path.basename(file, '.ts')} `, 'm'));
    }
  });

  test('--version and --help go to stdout and exit 0', async () => {
    const version = await runCli(['--version']);
    expect(version).toMatchObject({ code: 0, stderr: '' });
    expect(version.stdout).toMatch(/^vwaudit\/\d/);
    for (const argv of [['--help'], ['-h'], ['check', '--help'], ['ports', '-h'], []]) {
      const { code, stdout, stderr } = await runInProcess(argv);
      expect({ argv, code, stderr }).toEqual({ argv, code: 0, stderr: '' });
      expect(stdout).toMatch(/USAGE/);
    }
  });

  test('no line of any help is wider than 80 columns', async () => {
    const commands = readdirSync(path.join(ROOT, 'src', 'commands')).map((file) =>
      path.basename(file, '.ts'),
    );
    for (const argv of [[], ...commands.map((one) => [one])]) {
      const { stdout } = await runInProcess([...argv, '--help']);
      expect(stdout.split('\n').filter(({ length }) => length > 80)).toEqual([]);
    }
  });

  test("nothing is looked for in the user's folders, which need not be readable", async () => {
    const home = mkdtempSync(path.join(tmpdir(), 'vwaudit-home-'));
    try {
      // A folder in place of the file can't be read, whoever runs the test.
      mkdirSync(path.join(home, 'vwaudit', 'package.json'), { recursive: true });
      const folders = { HOME: home, XDG_DATA_HOME: home, LOCALAPPDATA: home };
      expect(await runCli(['ports', '-i', '1'], { env: folders })).toMatchObject({ code: 0, stderr: '' });
    } finally {
      rmSync(home, { recursive: true });
    }
  });

  test('help COMMAND is COMMAND --help, and help alone --help', async () => {
    for (const argv of [['check'], ['help'], []]) {
      const [help, flag] = await Promise.all([
        runInProcess(['help', ...argv]),
        runInProcess([...argv, '--help']),
      ]);
      expect(help).toEqual(flag);
      expect(help).toMatchObject({ code: 0, stderr: '' });
    }
  });

  test('an error with --json says nothing of this machine', async () => {
    const { stdout } = await runInProcess(['ports', '--nope', '--json']);
    expect(stdout).not.toContain(process.cwd());
    expect(Object.keys(JSON.parse(stdout) as object)).toEqual(['schemaVersion', 'kind', 'error']);
  });

  test('--json after -- is an argument, not the flag', async () => {
    const { code, stdout, stderr } = await runInProcess(['ports', '--', '--json']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/unexpected argument "--json"/);
  });

  test('a long report into a pipe is whole', async () => {
    const { stdout } = await runCli(['ports', '--instances', '201', '--json']);
    expect(stdout.length).toBeGreaterThan(128 * 1024);
    expect((JSON.parse(stdout) as { endpoints: unknown[] }).endpoints).toHaveLength(606);
  });

  test('a repeated flag takes one value and leaves the rest alone', async () => {
    const { code, stderr } = await runInProcess(['ports', '--allow', 'client=10.0.0.1', 'web=10.0.0.2']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/unexpected argument "web=10.0.0.2"/);
  });

  test.each([
    ['a pipe', {}, [], false],
    ['FORCE_COLOR=1', { FORCE_COLOR: '1' }, [], true],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, [], false],
    ['NO_COLOR over FORCE_COLOR', { FORCE_COLOR: '1', NO_COLOR: '1' }, [], false],
    ['an empty NO_COLOR', { FORCE_COLOR: '1', NO_COLOR: '' }, [], true],
    ['--color over NO_COLOR', { NO_COLOR: '1' }, ['--color'], true],
    ['--no-color over FORCE_COLOR', { FORCE_COLOR: '1' }, ['--no-color'], false],
  ] as const)('colour: %s', async (_, env, flags, isColored) => {
    const { stdout } = await runInProcess(['ports', ...flags], { env });
    expect(stdout.includes('\u001b[')).toBe(isColored);
  });

  test('fits 80 columns when told to', async () => {
    const { stdout } = await runInProcess(['ports', '--instances', '4'], { env: { COLUMNS: '80' } });
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

describe('ports', () => {
  test('four instances: exactly the 15 endpoints of the guide', async () => {
    const { code, stdout, stderr } = await runCli(['ports', '--instances', '4', '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { endpoints } = JSON.parse(stdout) as { endpoints: { port: number; transport: string }[] };
    expect(endpoints.map(({ port, transport }) => `${port}/${transport}`).sort()).toEqual(
      [
        ...['102/tcp', '10101/tcp', '10102/tcp', '10103/tcp', '10100/tcp', '103/tcp'],
        ...['10100/udp', '10200/udp', '10201/udp', '10202/udp', '10203/udp'],
        ...['10301/tcp', '10302/tcp', '10303/tcp', '10304/tcp'],
      ].sort(),
    );
  });

  test('csv has a header and a row a port; markdown a table', async () => {
    const csv = (await runInProcess(['ports', '-i', '4', '--format', 'csv'])).stdout.split('\r\n');
    expect(csv[0]).toBe('id,role,instance,transport,application,port,audience,readings,purpose,note');
    expect(csv).toHaveLength(17);
    const markdown = (await runInProcess(['ports', '-i', '4', '--format', 'markdown'])).stdout;
    expect(markdown.split('\n').filter((line) => line.startsWith('| ')).length).toBe(17);
  });

  test('the table prints the notes of disputed rows under it', async () => {
    const { stdout } = await runInProcess(['ports', '-i', '4']);
    expect(stdout).toMatch(/\n\[1\] 10301-10304\/tcp: .*Place Finder/);
    expect(stdout).toMatch(/\n\[2\] 10100, 10200-10203\/udp: /);
  });
});
