// The commands for a Windows computer, as a user gives them.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { LOCAL, POLICY, reg, rule } from '../firewall/windows/texts.ts';
import { runInProcess } from './in-process.ts';
import { ROOT } from './run-cli.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-windows-'));

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const write = (name: string, text: string): string => {
  writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
};

test('collect --script powershell prints the script', async () => {
  const { code, stdout } = await runInProcess(['collect', '--script', 'powershell']);
  expect(code).toBe(0);
  expect(stdout).toBe(readFileSync(path.join(ROOT, 'templates/collect.ps1'), 'utf8'));
});

test.each([
  ['powershell', /the script of vwaudit collect, .*-File collect\.ps1 -Out machine\.json/],
  ['sh', /the script of vwaudit collect, .*sudo sh collect\.sh > machine\.json/],
])('audit of the script of collect (%s) says how to run it', async (script, text) => {
  const { stdout: written } = await runInProcess(['collect', '--script', script]);
  const { code, stderr } = await runInProcess(['audit', write(`collect.${script}`, written)]);
  expect(code).toBe(2);
  expect(stderr).toMatch(text);
});

test('audit --self-test needs no site, and its exit code says whether all is understood', async () => {
  const good = write('good.reg', reg(LOCAL, { rules: { a: rule('LPort=102') } }));
  const bad = write('bad.reg', reg(LOCAL, { rules: { a: rule('LPort=102|NewKey=acme') } }));
  expect((await runInProcess(['audit', '--self-test', good])).code).toBe(0);
  const { code, stdout } = await runInProcess(['audit', '--self-test', bad]);
  expect(code).toBe(3);
  expect(stdout).toMatch(/rule-key\n {4}part: NewKey=xxxx\n/);
});

test.each([['--profile', 'public'], ['--program', 'C:\\x.exe'], ['--service', 'x'], ['--complete']])(
  '%s with rules of another system is refused',
  async (...flag) => {
    const nft = write(
      'x.nft',
      'table inet t { chain c { type filter hook input priority 0; policy drop; } }\n',
    );
    const { code, stderr } = await runInProcess(['audit', nft, '-i', '1', '--no-allocator', ...flag]);
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`^vwaudit: ${flag[0]} is for exports of Windows Defender Firewall`));
    expect(stderr.trim().split('\n')).toHaveLength(1);
  },
);

test.each(['audit', 'trace'])('%s refuses a program without a folder', async (command) => {
  const file = write('p.reg', reg(LOCAL, { rules: { a: rule('LPort=102') } }));
  const { code, stderr } = await runInProcess([command, file, '--program', 'vizworld.exe']);
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^vwaudit: --program: "vizworld\.exe" is not an absolute path; .*C:\\Program Files\\.*\n$/,
  );
});

test('the advised rules let in who failed, in the profile of the network', async () => {
  const file = write(
    'a.reg',
    reg(LOCAL, { rules: { a: rule('LPort=10100|Profile=Domain|Profile=Private') } }),
  );
  const failed = async (...files: readonly string[]): Promise<readonly [number, string]> => {
    const { stdout } = await runInProcess(['audit', ...files, '--complete', '--profile', 'public', '--json']);
    const { summary, findings } = JSON.parse(stdout) as {
      summary: { fail: number };
      findings: { advice: string[] }[];
    };
    return [summary.fail, findings.flatMap(({ advice }) => advice).join('\n')];
  };
  const [before, advice] = await failed(file);
  expect(before).toBe(2);
  const profiles = /rules --format windows --profile (\S+)/.exec(advice)?.[1] ?? '';
  const out = path.join(folder, 'vwaudit.reg');
  await runInProcess([
    'rules',
    '--format',
    'windows-registry',
    '--profile',
    profiles,
    '--instances',
    '1',
    '--out',
    out,
  ]);
  expect(await failed(file, out)).toEqual([0, '']);
});

test('trace tells a packet by case, equal profiles as one', async () => {
  const file = write(
    'c.reg',
    reg(LOCAL, { rules: { a: rule('LPort=102|Profile=Public', 'Block'), b: rule('LPort=102') } }),
  );
  const { stdout } = await runInProcess([
    'trace',
    file,
    '--complete',
    '--packet',
    'tcp 10.0.0.1 > 10.0.0.2:102',
  ]);
  expect(stdout).toMatch(/✓ in the domain and private profiles: allowed/);
  expect(stdout).toMatch(/✗ in the public profile: blocked/);
});

test('audit says how many rules are for other programs, and --verbose which', async () => {
  const service = rule('LPort=102|App=%SystemRoot%\\system32\\svchost.exe|Svc=Dnscache').replace(
    '=x|',
    '=Resolver|',
  );
  const strings = write('aside.txt', `${service}\n`);
  const file = write('aside.reg', reg(LOCAL, { rules: { dns: service } }));
  for (const [input, place] of [
    [file, /aside\.reg:6 Resolver \(dns\)/],
    [strings, /aside\.txt:1 Resolver \(line 1\)/],
  ] as const) {
    const { stdout: plain } = await runInProcess(['audit', input, '--complete', '-i', '1']);
    expect(plain).toMatch(/1 active rules? (?:is|are) for other programs/);
    expect(plain).not.toMatch(place);
    const { stdout } = await runInProcess(['audit', input, '--complete', '-i', '1', '--verbose']);
    expect(stdout).toMatch(place);
  }
});

const PROFILE_FIX =
  /; leave it out, and give the profile of its network: --profile domain, private or public$/;

test.each([
  [['--interface', 'client=WLAN'], /^vwaudit: --interface: Windows rules go by network profile.*"WLAN"/],
  [['--out-interface', 'eth0'], /^vwaudit: --out-interface: Windows rules go by network profile.*"eth0"/],
])('an interface decides nothing for Windows rules, and is refused: audit %s', async (flags, said) => {
  const file = write('interfaces.reg', reg(LOCAL, { rules: { a: rule('LPort=102') } }));
  const { code, stderr } = await runInProcess(['audit', file, '-i', '1', ...flags]);
  expect(code).toBe(2);
  expect(stderr.trim()).toMatch(said);
  expect(stderr.trim()).toMatch(PROFILE_FIX);
});

test('a Windows name of an interface is refused with what to give instead', async () => {
  const file = write('interfaces.reg', reg(LOCAL, { rules: { a: rule('LPort=102') } }));
  const site = write(
    'site.yaml',
    'hosts:\n  win: { address: 10.20.0.11, instances: 1, interfaces: { "Ethernet 2": other } }\n',
  );
  for (const [flag, value, said] of [
    ['--interface', 'client=Ethernet 2', '--interface: "Ethernet 2" is not the name of a Linux'],
    ['--out-interface', 'vEthernet (Default Switch)', '--out-interface: "vEthernet (Default Switch)" is not'],
    ['--site', site, 'interfaces: "Ethernet 2" is not the name of a Linux network interface'],
  ] as const) {
    const { code, stderr } = await runInProcess(['audit', file, flag, value]);
    expect(code).toBe(2);
    expect(stderr).toContain(said);
    expect(stderr).toMatch(/Windows.*network profile.*--profile/);
  }
});

test('beside rules of Linux an interface is theirs', async () => {
  const site = write(
    'two.yaml',
    'hosts:\n  win: { address: 10.20.0.11, instances: 1 }\n  lin: { address: 10.20.0.12, instances: 1 }\n',
  );
  const win = write('interfaces.reg', reg(LOCAL, { rules: { a: rule('LPort=102') } }));
  const lin = write(
    'lin.nft',
    'table inet t { chain c { type filter hook input priority 0; policy drop; } }\n',
  );
  const files = [`win=${win}`, `lin=${lin}`];
  const { code } = await runInProcess(['audit', ...files, '--site', site, '--interface', 'client=eth0']);
  expect(code).not.toBe(2);
});

test('trace: an interface decides nothing for Windows rules, but loopback', async () => {
  const file = write('interfaces.reg', reg(LOCAL, { rules: { a: rule('LPort=102') } }));
  const packet = 'tcp 10.30.0.5 > 10.20.0.11:102';
  const refused = await runInProcess(['trace', file, '--packet', `${packet} in WLAN`]);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain(`packet "${packet} in WLAN": Windows rules go by network profile`);
  expect(refused.stderr.trim()).toMatch(PROFILE_FIX);
  const { stdout } = await runInProcess(['trace', file, '--complete', '--packet', `${packet} in lo`]);
  expect(stdout).toMatch(/in lo {2}✓ allowed/);
});

test('trace names the file of a rule that does not match, where another file decides', async () => {
  const files = [
    write('local.reg', reg(LOCAL, {})),
    write('policy.reg', reg(POLICY, { rules: { r: rule('LPort=103') } })),
  ];
  const { stdout } = await runInProcess([
    ...['trace', ...files, '--complete', '--packet', 'tcp 10.30.0.5 > 10.20.0.11:102'],
  ]);
  expect(stdout).toMatch(/no match: \S*policy\.reg:\d+ {2}x \(r\)/);
});

test('trace --verbose names every stronger rule that does not match', async () => {
  const rules = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`r${n}`, rule(`LPort=${200 + n}`)]));
  const file = write('many.reg', reg(LOCAL, { rules }));
  const argv = ['trace', file, '--complete', '--packet', 'tcp 10.30.0.5 > 10.20.0.11:102'];
  const few = await runInProcess(argv);
  expect(few.stdout).toMatch(/no match: 7 more stronger rules \(--verbose names them\)/);
  const all = await runInProcess([...argv, '--verbose']);
  expect(all.stdout.match(/no match: line \d+ {2}x \(r\d+\)/g)).toHaveLength(12);
  expect(all.stdout).not.toContain('more stronger rules');
});

test('audit --self-test of several files says which file each part is of', async () => {
  const good = write('acme-1.reg', reg(LOCAL, { rules: { a: rule('LPort=102') } }));
  const bad = write('acme-2.reg', reg(POLICY, { rules: { a: rule('LPort=102|NewKey=1') } }));
  const { code, stdout } = await runInProcess(['audit', '--self-test', good, bad]);
  expect(code).toBe(3);
  expect(stdout).toMatch(/^file-2 line \d+: rule-key$/m);
  expect(stdout).not.toMatch(/acme/);
});
