import {
  lstatSync,
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
import { afterAll, describe, expect, test } from 'vitest';
import { execFileSync } from 'node:child_process';
import { runInProcess } from './in-process.ts';
import { ROOT } from './run-cli.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-report-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const at = (name: string): string => path.join(folder, name);
const read = (name: string): string => readFileSync(at(name), 'utf8');

const RULES = `table inet t {\n chain c {\n  type filter hook input priority 0; policy drop;\n  tcp dport 102 accept\n }\n}\n`;
const AUDIT = [
  'audit',
  '-',
  '--stdin-name',
  'maps-a.nft',
  '-i',
  '1',
  '--no-allocator',
  '--allow',
  'client=10.30.0.0/16',
];
const FILES = [
  'junit=x.xml',
  'sarif=x.sarif',
  'gitlab=x.gl.json',
  'prometheus=x.prom',
  'markdown=x.md',
  'json=x.json',
];

describe('--report', () => {
  test('several in one run: files beside the table, of one mind with the exit code', async () => {
    const argv = [...AUDIT, ...FILES.flatMap((each) => ['--report', each.replace('=', `=${folder}/`)])];
    const { code, stdout, stderr } = await runInProcess(argv, { input: RULES });
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/proven · \d+ failed/);
    expect(read('x.xml')).toMatch(/^<\?xml[^]*<failure /);
    expect(read('x.sarif')).toContain('"uri":"maps-a.nft"');
    expect(read('x.gl.json')).toContain('"path": "maps-a.nft"');
    expect(read('x.prom')).toMatch(
      /^vwaudit_last_run_timestamp_seconds\{kind="audit",site="localhost"\} 1[\d.]{9,}$/m,
    );
    expect(read('x.md')).toMatch(/^## vwaudit: localhost/);
    expect(JSON.parse(read('x.json'))).toMatchObject({ kind: 'audit' });
  });

  test.each([
    [['--report', 'junit', '--report', 'sarif'], /two reports for standard output \(junit, sarif\)/],
    [['--json', '--report', 'junit'], /two reports for standard output \(json, junit\)/],
    [['--report', 'junit=a.xml', '--report', 'sarif=./a.xml'], /"\.\/a\.xml" is given twice/],
    [['--report', 'pdf'], /--report: "pdf" is not a format; give one of table, markdown, html, json, junit/],
    [['--report', 'csv'], /"csv" is not a format/],
    [['--report', 'junit='], /"junit=" has no file name/],
    [['--report', 'junit=/nowhere/at/all.xml'], /"\/nowhere\/at\/all\.xml" can't be written/],
    [['--report', 'junit=/'], /"\/" can't be written \(it is a folder\)/],
  ])('%j is refused before anything is read', async (flags, message) => {
    const { code, stdout, stderr } = await runInProcess(['audit', 'no-such-file', ...flags]);
    // With --json the error is the document on stdout.
    expect(code).toBe(2);
    expect(flags.includes('--json') ? stdout : stderr).toMatch(message);
    expect(flags.includes('--json') ? stderr : stdout).toBe('');
  });

  test('a file of more than one name is one file, and a link stays a link', async () => {
    writeFileSync(at('one.xml'), 'old');
    symlinkSync('one.xml', at('two.xml'));
    symlinkSync('three.xml', at('link.xml'));
    const reports = (...files: readonly string[]) =>
      runInProcess([...AUDIT, ...files.flatMap((file) => ['--report', file])], { input: RULES });
    expect(await reports(`junit=${at('one.xml')}`, `sarif=${at('two.xml')}`)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('two.xml" is given twice') as string,
    });
    expect(read('one.xml')).toBe('old');
    expect(await reports(`junit=${at('link.xml')}`)).toMatchObject({ code: 1 });
    expect(lstatSync(at('link.xml')).isSymbolicLink()).toBe(true);
    expect(read('three.xml')).toContain('<testsuites');
  });

  test('a name may have as many characters as the file system takes', async () => {
    const name = 'x'.repeat(255);
    const { code } = await runInProcess([...AUDIT, '--report', `junit=${at(name)}`], { input: RULES });
    expect(code).toBe(1);
    expect(statSync(at(name)).size).toBeGreaterThan(100);
    expect(readdirSync(folder).filter((each) => each.endsWith('.tmp'))).toEqual([]);
  });

  test.skipIf(process.platform === 'win32')(
    '/dev/stdout is standard output: one report goes there, and none in place of its file',
    async () => {
      const two = ['--report', 'junit', '--report', 'sarif=/dev/stdout'];
      expect(await runInProcess(['audit', 'no-such-file', ...two])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('two reports for standard output (junit, sarif)') as string,
      });
      const run = (to: string): string =>
        `"${process.execPath}" "${path.join(ROOT, 'bin', 'run.js')}" ports -i 1 --no-allocator --json | "${process.execPath}" "${path.join(ROOT, 'bin', 'run.js')}" report - ${to}`;
      writeFileSync(at('both.txt'), 'before\n');
      execFileSync('sh', [
        '-c',
        `{ echo first; ${run('--report csv=/dev/stderr')}; } 2>&1 >> "${at('both.txt')}" 2>> "${at('err.txt')}"`,
      ]);
      expect(read('both.txt')).toMatch(/^before\nfirst\n[^]*102\/tcp/);
      expect(read('err.txt')).toMatch(/^id,role/);
    },
  );

  test('rules from standard input need a name where a format wants a file', async () => {
    const argv = AUDIT.filter((word) => word !== '--stdin-name' && word !== 'maps-a.nft');
    const { code, stderr } = await runInProcess([...argv, '--report', 'sarif'], { input: RULES });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('give --stdin-name NAME') as string,
    });
  });

  test('github: annotations on stdout, the summary appended to the file of the step', async () => {
    const env = { GITHUB_STEP_SUMMARY: at('summary.md') };
    await runInProcess([...AUDIT, '--report', 'github'], { input: RULES, env });
    const { code, stdout } = await runInProcess([...AUDIT, '--report', 'github'], { input: RULES, env });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^::error file=maps-a\.nft,line=4,title=vwaudit failed%3A exposed::/);
    expect(read('summary.md').match(/^## vwaudit: localhost$/gm)).toHaveLength(2);
  });

  test('github: the summary stays within 1 MiB beside what other commands of the step wrote', async () => {
    writeFileSync(at('full.md'), 'x'.repeat(1_048_000));
    const env = { GITHUB_STEP_SUMMARY: at('full.md') };
    await runInProcess([...AUDIT, '--report', 'github'], { input: RULES, env });
    expect(statSync(at('full.md')).size).toBeLessThanOrEqual(1_048_576);
    expect(read('full.md')).toMatch(/\*\*The rest is cut here[^\n]*\n$/);
  });

  test('nagios has its own exit codes only on stdout: failures, proven, and bad usage', async () => {
    const failing = await runInProcess([...AUDIT, '--report', 'nagios'], { input: RULES });
    expect(failing).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(/^vwaudit localhost CRITICAL: /) as string,
    });
    const file = await runInProcess([...AUDIT, '--report', `nagios=${at('n.txt')}`], { input: RULES });
    expect(file.code).toBe(1);
    const proven = await runInProcess(['check', '-i', '2', '--demo', '-q', '--report', 'nagios']);
    expect(proven).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^vwaudit localhost OK: /) as string,
    });
    const usage = await runInProcess(['check', '-i', 'x', '--report', 'nagios']);
    expect(usage).toMatchObject({
      code: 3,
      stdout: expect.stringMatching(/^vwaudit UNKNOWN: [^\n|]*\n$/) as string,
    });
  });
});

describe('report', () => {
  test('a saved report of any kind, in other formats, with the exit code it had', async () => {
    await runInProcess([...AUDIT, '--report', `json=${at('audit.json')}`], { input: RULES });
    const audit = await runInProcess(['report', at('audit.json'), '--report', `junit=${at('later.xml')}`]);
    expect(audit).toMatchObject({ code: 1, stderr: '' });
    expect(audit.stdout).toMatch(/proven · \d+ failed/);
    expect(read('later.xml')).toMatch(/<failure /);
    for (const argv of [
      ['ports', '-i', '2'],
      ['rules', '--format', 'nft', '-i', '1', '-q'],
    ]) {
      const saved = await runInProcess([...argv, '--json']);
      const now = await runInProcess(argv);
      const later = await runInProcess(['report', '-'], { input: saved.stdout });
      expect(later).toEqual({ code: 0, stdout: now.stdout, stderr: '' });
    }
  });

  test('a format that does not render this kind is refused', async () => {
    const { stdout } = await runInProcess(['ports', '--json']);
    const { code, stderr } = await runInProcess(['report', '-', '--report', 'junit'], { input: stdout });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(
        /junit does not render a report of kind "ports".*table, csv, markdown, json/,
      ) as string,
    });
  });
});
