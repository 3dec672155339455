import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { runInProcess } from './in-process.ts';
import { ROOT } from './run-cli.ts';

// Every command of docs/ci and docs/agents.md is run: against a ruleset and a site of the test, on loopback only.

const CI = path.join(ROOT, 'docs', 'ci');
const FILES = [
  ...readdirSync(CI, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name)),
  path.join(ROOT, 'docs', 'agents.md'),
];

const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-ci-'));
const at = (name: string): string => path.join(folder, name);

beforeAll(async () => {
  const site =
    'hosts: { maps-a: { address: 127.0.0.1, instances: 1, allocator: false } }\npeers: { client: [10.30.0.0/16], config-tool: [], web: [] }\nport-offset: 20000\n';
  writeFileSync(at('vwaudit.yaml'), site);
  const rules = await runInProcess(['rules', '--format', 'nft', '-q'], { cwd: folder });
  writeFileSync(at('maps-a.nft'), rules.stdout);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What follows `vwaudit` on a line, up to the quote that ends it. */
function commandsOf(file: string): readonly (readonly string[])[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => /(?:^|[\s'=])vwaudit ((?:check|audit|ports|rules) [^'#]*)/.exec(line)?.[1] ?? [])
    .filter((command) => command.includes(' --'))
    .map((command) => command.trim().split(/\s+/));
}

const COMMANDS = FILES.flatMap((file) =>
  commandsOf(file).map((argv) => [path.relative(ROOT, file), argv.join(' '), argv] as const),
);

test('every file with commands is found', () => {
  const files = [...new Set(COMMANDS.map(([file]) => file))].sort();
  expect(files).toEqual([
    ...[
      'docs/agents.md',
      'docs/ci/Jenkinsfile',
      'docs/ci/README.md',
      'docs/ci/github/action.yml',
      'docs/ci/gitlab-ci.yml',
    ],
    ...['docs/ci/nagios.cfg', 'docs/ci/vwaudit.service'],
  ]);
});

test.each(COMMANDS)('%s: vwaudit %s', async (_, __, argv) => {
  const redirect = argv.indexOf('>');
  const words = argv
    .slice(0, redirect < 0 ? undefined : redirect)
    .filter((word) => word !== '"${more[@]}"')
    .map((word) =>
      word
        .replace('"$RULES"', 'maps-a.nft')
        .replace('/etc/vwaudit.yaml', 'vwaudit.yaml')
        .replace(/=\/var\/lib\/.*\//, '=')
        .replace(/^5m$/, '1s'),
    );
  const { code, stdout, stderr } = await runInProcess(words, { cwd: folder });
  // Nobody listens there, so a check fails: what counts is that the command is understood and answers. Exit 2 is bad usage.
  if (words.includes('nagios')) expect(stdout).toMatch(/^vwaudit maps-a [A-Z]+: \d/);
  else expect([0, 1, 3], stdout + stderr).toContain(code);
  expect(stdout).not.toBe('');
  if (redirect >= 0) writeFileSync(at(argv[redirect + 1]!), stdout);
  for (const word of words) {
    const file = /^[a-z]+=(.*\.\w+)$/.exec(word)?.[1];
    if (file !== undefined) expect(readFileSync(at(file), 'utf8')).not.toBe('');
  }
});

test.skipIf(process.platform === 'win32')('the steps of the action, as its shell runs them', () => {
  const { runs } = parse(readFileSync(path.join(CI, 'github', 'action.yml'), 'utf8')) as {
    runs: { steps: { run?: string; env?: object }[] };
  };
  const [install = '', audit = ''] = runs.steps.flatMap(({ run }) => run ?? []);
  const bin = at('bin');
  mkdirSync(bin);
  const program = `"${process.execPath}" "${path.join(ROOT, 'bin', 'run.js')}"`;
  writeFileSync(path.join(bin, 'vwaudit'), `#!/bin/sh\nexec ${program} "$@"\n`, { mode: 0o755 });
  // What is installed is tested with the package itself; here, that npm is given the file.
  writeFileSync(path.join(bin, 'npm'), '#!/bin/sh\nprintf "%s\\n" "$@" > npm.txt\n', { mode: 0o755 });
  writeFileSync(at('odd name;$(id).nft'), readFileSync(at('maps-a.nft')));
  const shell = (script: string, inputs: Readonly<Record<string, string>>) =>
    spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
      cwd: folder,
      encoding: 'utf8',
      env: {
        ...process.env,
        ...{ PATH: `${bin}:${process.env.PATH ?? ''}`, GITHUB_STEP_SUMMARY: at('summary.md') },
        ...inputs,
      },
    });
  expect(shell(install, { PACKAGE: 'tools/vwaudit 0.tgz' }).status).toBe(0);
  expect(readFileSync(at('npm.txt'), 'utf8')).toBe('install\n--global\n./tools/vwaudit 0.tgz\n');
  const inputs = { RULES: 'odd name;$(id).nft', ARGUMENTS: '--site vwaudit.yaml --rules-of maps-a' };
  const { status, stdout, stderr } = shell(audit, inputs);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^vwaudit: \d+ proven, 0 failed, 0 unproven$/m);
  expect(readFileSync(at('summary.md'), 'utf8')).toMatch(/^## vwaudit: /);
  expect(JSON.parse(readFileSync(at('vwaudit.sarif'), 'utf8'))).toMatchObject({ version: '2.1.0' });
});

test('the YAML files are YAML, and the action passes its inputs through the environment', () => {
  const action = parse(readFileSync(path.join(CI, 'github', 'action.yml'), 'utf8')) as {
    runs: { using: string; steps: { run?: string }[] };
  };
  expect(action.runs.using).toBe('composite');
  for (const { run = '' } of action.runs.steps) expect(run).not.toContain('${{');
  expect(Object.keys(parse(readFileSync(path.join(CI, 'gitlab-ci.yml'), 'utf8')) as object)).toEqual([
    'vwaudit',
  ]);
});
