import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freeOffset } from './free-ports.ts';
import { runInProcess } from './in-process.ts';
import { ROOT } from './run-cli.ts';
import { validReport } from './schema.ts';

const SITE = `name: Maps, newsroom
hosts:
  maps-a: { address: [10.20.0.11, "fd00:20::11"], instances: 4, allocator: true }
  maps-b: { address: 10.20.0.12, instances: 2 }
peers:
  client: [10.30.0.0/16, "fd00:30::/48"]
  config-tool: [10.20.9.5]
  web: []
`;

/** Two machines of a test on this one's loopback. */
const LOOPBACK = `hosts:
  maps-a: { address: 127.0.0.11, instances: 2, allocator: true }
  maps-b: { address: 127.0.0.12, instances: 1 }
`;

let folder = '';
let withSite = '';
let empty = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'vwaudit-site-'));
  withSite = path.join(folder, 'with');
  empty = path.join(folder, 'without');
  await Promise.all([mkdir(withSite), mkdir(empty)]);
  await Promise.all([
    writeFile(path.join(withSite, 'vwaudit.yaml'), SITE),
    writeFile(path.join(folder, 'site.yaml'), SITE),
    writeFile(path.join(folder, 'loopback.yaml'), LOOPBACK),
    writeFile(path.join(folder, 'bad.yaml'), 'hosts:\n  maps-a: { adress: 10.0.0.1 }\n'),
  ]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Report {
  readonly site: { readonly source: string; readonly name: string | null; readonly hosts: object };
  readonly endpoints: readonly { readonly host: string; readonly id: string }[];
  readonly rulesets: readonly {
    readonly host: string;
    readonly text: string;
    readonly assumptions: readonly string[];
  }[];
  readonly flows: readonly { readonly id: string; readonly host: string; readonly state: string }[];
}

async function json(argv: readonly string[], cwd = empty): Promise<Report> {
  return validReport((await runInProcess([...argv, '--json', '-q'], { cwd })).stdout) as Report;
}

describe('where the site comes from', () => {
  test('vwaudit.yaml of the folder when no flag describes the site; stderr says so, unless --quiet', async () => {
    const found = await runInProcess(['ports'], { cwd: withSite });
    expect(found).toMatchObject({
      code: 0,
      stderr: 'site: vwaudit.yaml in this folder (narrow it, for example with --host maps-a)\n',
    });
    expect(found.stdout).toMatch(/\n {2}HOST +PORT /);
    expect(await runInProcess(['ports', '--quiet'], { cwd: withSite })).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect((await json(['ports', '--reading', 'table', '--port-offset', '7'], withSite)).site).toMatchObject({
      source: 'file',
      name: 'Maps, newsroom',
      reading: 'table',
      portOffset: 7,
    });
  });

  test.each([
    ['--instances', '1'],
    ['--no-allocator'],
    ['--allocator'],
    ['--allow', 'client=10.0.0.0/8'],
    ['--instances', '4', '--host', '10.20.0.11'],
  ])('%s %s: not the file, even with the value that is the default; stderr says so', async (...flags) => {
    expect((await json(['ports', ...flags], withSite)).site.source).toBe('flags');
    const { code, stderr } = await runInProcess(['ports', ...flags], { cwd: withSite });
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^note: vwaudit\.yaml in this folder is ignored because of --.*; to use it, give --site vwaudit\.yaml\n$/,
    );
  });

  test.each(['maps-a', 'MAPS-A', '10.20.0.11', 'fd00:20::11'])('--host %s narrows the file', async (host) => {
    const { code, stdout, stderr } = await runInProcess(['ports', '--host', host, '--json'], {
      cwd: withSite,
    });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'site: vwaudit.yaml in this folder (only maps-a)\n',
    });
    const { site, endpoints } = validReport(stdout) as Report;
    expect(site.source).toBe('file');
    expect(endpoints).toHaveLength(15);
    expect(new Set(endpoints.map((one) => one.host))).toEqual(new Set(['maps-a']));
  });

  test.each([
    ['ports', '--host', 'maps-c'],
    ['check', '--host', 'maps-c'],
    ['check', '--host', 'localhost'],
    ['rules', '--format', 'nft', '--host', '10.20.0.13'],
    ['listen', '--host', '127.0.0.1'],
    ['audit', '../site.yaml', '--host', '10.20.0.13'],
  ])('%s %s %s %s: no host of the file, whose hosts are listed', async (...argv) => {
    const { code, stdout, stderr } = await runInProcess(argv, { cwd: withSite });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /^vwaudit: --host: "\S+" is not a host of vwaudit\.yaml in this folder; give .* one of maps-a, maps-b; .* --site none\n$/,
    );
  });

  test('--site none: another machine, without a word about the file', async () => {
    const { code, stderr, stdout } = await runInProcess(
      ['ports', '--site', 'none', '--host', '10.0.0.1', '--json'],
      { cwd: withSite },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect((validReport(stdout) as Report).site.source).toBe('flags');
  });

  test('a key of the file beside flags that describe the site: what keeps the file from being used is named', async () => {
    const argv = ['rules', '--format', 'nft', '-i', '4', '--host', 'maps-a'];
    const { code, stdout, stderr } = await runInProcess(argv, { cwd: withSite });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^vwaudit: [^\n]* leave out --instances: with it vwaudit\.yaml .* ignored\n$/);
  });

  test('the file in UTF-16, as PowerShell writes it', async () => {
    await writeFile(path.join(folder, 'utf16.yaml'), Buffer.from(`\ufeff${SITE}`, 'utf16le'));
    expect((await json(['ports', '-s', '../utf16.yaml'])).site.name).toBe('Maps, newsroom');
  });

  test('without a file: this machine, and not a word', async () => {
    expect(await runInProcess(['ports'], { cwd: empty })).toMatchObject({ code: 0, stderr: '' });
    expect((await json(['ports'])).site).toMatchObject({
      source: 'flags',
      hosts: { localhost: { instances: 1 } },
    });
  });

  test('--site names it, without a notice', async () => {
    expect(await runInProcess(['ports', '--site', '../site.yaml'], { cwd: empty })).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect((await json(['ports', '-s', '../site.yaml'])).site.source).toBe('file');
  });

  test.each([
    [['--site', '../site.yaml', '--instances', '1'], /--site and --instances both describe the site/],
    [['--site', '../site.yaml', '--allocator'], /--site and --\[no-\]allocator both/],
    [['--site', '../site.yaml', '--no-allocator'], /--site and --\[no-\]allocator both/],
    [['--site', '../site.yaml', '--allow', 'web=10.0.0.1'], /--site and --allow both/],
    [
      ['--site', '../site.yaml', '--host', 'maps-c'],
      /"maps-c" is not a host of \.\.\/site\.yaml; .* maps-a, maps-b/,
    ],
    [
      ['--site', '../site.yaml', '--port-offset', '60000'],
      /host "maps-a": port offset 60000 .* at most 55231/,
    ],
    [['--site', '../none.yaml'], /--site: there is no file "\.\.\/none\.yaml"/],
    [['--site', ''], /there is no file ""|see vwaudit/],
    [['--site', '..'], /"\.\." can't be read \(EISDIR\)/],
    [
      ['--site', '../bad.yaml'],
      /\.\.\/bad\.yaml:2:13: "adress" is not a key of hosts\.maps-a; write "address"/,
    ],
    [['--site', '../si\u0007te.yaml'], /si\\x07te\.yaml/],
  ])('%j: exit 2 and one line', async (flags, message) => {
    const { code, stdout, stderr } = await runInProcess(['ports', ...flags], { cwd: empty });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^vwaudit: [^\n]*\n$/);
    expect(stderr).toMatch(message);
  });

  test('a mistake in the file with --json: file, line and column', async () => {
    const { code, stdout, stderr } = await runInProcess(['ports', '-s', '../bad.yaml', '--json'], {
      cwd: empty,
    });
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'error',
      error: { code: 'unknown-key', value: 'adress', file: '../bad.yaml', line: 2, column: 13 },
    });
  });

  test.each(['ports', 'check', 'rules', 'listen'])('%s --help shows the flag', async (command) => {
    const { stdout } = await runInProcess([command, '--help']);
    expect(stdout).toMatch(/SITE FLAGS[^]*-s, --site=FILE/);
  });
});

describe('ports', () => {
  test('every host with its own ports; --host narrows by key or address', async () => {
    const count = async (...flags: string[]) => {
      const { endpoints } = await json(['ports', '-s', '../site.yaml', ...flags]);
      return ['maps-a', 'maps-b'].map((key) => endpoints.filter(({ host }) => host === key).length);
    };
    expect(await count()).toEqual([15, 7]);
    expect(await count('--host', 'maps-b')).toEqual([0, 7]);
    expect(await count('--host', 'fd00:20::11')).toEqual([15, 0]);
  });

  test('csv and markdown have the host first', async () => {
    const csv = await runInProcess(['ports', '-s', '../site.yaml', '--format', 'csv'], { cwd: empty });
    expect(csv.stdout).toMatch(/^host,id,[^]*\r\nmaps-b,server-1\.client,/);
    const markdown = await runInProcess(['ports', '-s', '../site.yaml', '--format', 'markdown'], {
      cwd: empty,
    });
    expect(markdown.stdout).toMatch(/^\| Host \|/);
  });
});

describe('rules', () => {
  test('one ruleset a host, each letting in the other host where it is the allocator or a server', async () => {
    const { rulesets } = await json(['rules', '--format', 'nft', '-s', '../site.yaml']);
    expect(rulesets.map(({ host }) => host)).toEqual(['maps-a', 'maps-b']);
    expect(rulesets[0]?.text).toMatch(/ip saddr \{ 10\.20\.0\.12 \} udp dport/);
    expect(rulesets[1]?.text).toMatch(/ip6 saddr \{ fd00:20::11 \} udp dport/);
    expect(rulesets[1]?.assumptions).toEqual([
      'allocator: only hosts of the site (widen it under peers in the site file)',
      'server: only hosts of the site (widen it under peers in the site file)',
    ]);
  });

  test('narrowed to one host: the same text, to stdout', async () => {
    const { rulesets } = await json(['rules', '--format', 'nft', '-s', '../site.yaml']);
    const one = await runInProcess(
      ['rules', '--format', 'nft', '-s', '../site.yaml', '--host', 'maps-b', '-q'],
      {
        cwd: empty,
      },
    );
    expect(one).toMatchObject({ code: 0, stdout: rulesets[1]?.text });
  });

  test('{host} in --out is the key', async () => {
    const out = path.join(folder, 'rules-{host}.sh');
    expect(
      await runInProcess(['rules', '--format', 'iptables', '-s', '../site.yaml', '--out', out, '-q'], {
        cwd: empty,
      }),
    ).toMatchObject({ code: 0 });
    expect((await readdir(folder)).filter((name) => name.startsWith('rules-'))).toEqual([
      'rules-maps-a.sh',
      'rules-maps-b.sh',
    ]);
    expect(await readFile(path.join(folder, 'rules-maps-b.sh'), 'utf8')).toContain('maps-b');
  });

  test('a gateway knows every host, or the one it is narrowed to', async () => {
    const argv = ['rules', '--format', 'nft', '--placement', 'gateway', '-s', '../site.yaml'];
    expect((await json(argv)).rulesets[0]?.text).toMatch(
      /10\.20\.0\.11, 10\.20\.0\.12|10\.20\.0\.11-10\.20\.0\.12/,
    );
    const narrowed = (await json([...argv, '--host', 'maps-b'])).rulesets[0]?.text ?? '';
    expect(narrowed).toMatch(/ip daddr \{? ?10\.20\.0\.12/);
    expect(narrowed).not.toMatch(/daddr[^\n]*10\.20\.0\.11\b/);
  });
});

describe.runIf(process.platform === 'linux')('check', () => {
  let shift: readonly string[];
  let argv: readonly string[];
  beforeAll(async () => {
    shift = ['--port-offset', `${await freeOffset()}`];
    argv = ['check', '-s', '../loopback.yaml', ...shift, '--timeout', '500'];
  });

  test('asks every host of the file; flow ids use the keys; --host narrows', async () => {
    const { flows } = await json(argv);
    expect([...new Set(flows.map(({ host }) => host))]).toEqual(['maps-a', 'maps-b']);
    expect(flows.map(({ id }) => id)).toContain('all>maps-b/server-1.http@127.0.0.12');
    const narrowed = await json([...argv, '--host', '127.0.0.12']);
    expect(narrowed.flows).toHaveLength(flows.filter(({ host }) => host === 'maps-b').length);
    expect(narrowed.flows.every(({ host }) => host === 'maps-b')).toBe(true);
    expect(Object.keys(narrowed.site.hosts)).toEqual(['maps-a', 'maps-b']);
  });

  test('passes where the stand-in of one host of the file listens', async () => {
    const standIn = spawn(
      process.execPath,
      [
        path.join(ROOT, 'bin/run.js'),
        'listen',
        '-s',
        '../loopback.yaml',
        ...shift,
        '--host',
        'maps-b',
        '--bind',
        '127.0.0.12',
        '--for',
        '60s',
      ],
      { cwd: empty, stdio: ['ignore', 'pipe', 'ignore'] },
    );
    try {
      await new Promise((resolve) => standIn.stdout.once('data', resolve));
      const { flows } = await json([...argv, '--no-extra']);
      expect(new Set(flows.filter(({ host }) => host === 'maps-b').map(({ state }) => state))).toEqual(
        new Set(['open']),
      );
      expect(new Set(flows.filter(({ host }) => host === 'maps-a').map(({ state }) => state))).toEqual(
        new Set(['closed']),
      );
    } finally {
      standIn.kill('SIGTERM');
      await new Promise((resolve) => standIn.once('close', resolve));
    }
  });

  test('a demo stands in for the only host of a file, and refuses to for several', async () => {
    await writeFile(
      path.join(folder, 'one.yaml'),
      'hosts: { maps-a: { address: 10.20.0.11, instances: 2 } }\n',
    );
    const { flows } = await json(['check', '-s', '../one.yaml', '--demo']);
    expect(flows).toHaveLength(9);
    expect(flows.every(({ state }) => state === 'open')).toBe(true);
    const { code, stderr } = await runInProcess(['check', '-s', '../site.yaml', '--demo'], {
      cwd: empty,
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/simulates one machine, but the site has 2 hosts; .*--instances 4/);
  });
});
