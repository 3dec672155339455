import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { expectRefusal } from './refusal.ts';
import { runInProcess } from './in-process.ts';
import { ROOT, runCli } from './run-cli.ts';

/** Each: the words on the command line, and what the one line must name: the value, and the way out. */
const CASES: readonly (readonly [argv: readonly string[], names: RegExp, fix: RegExp])[] = [
  [['ports', '--instances', '0'], /--instances: "0"/, /from 1 to/],
  [['ports', '--instances', '-1'], /--instances: "-1"/, /from 1 to/],
  [['ports', '--instances=-1'], /--instances: "-1"/, /from 1 to/],
  [['ports', '--instances', '1.5'], /"1\.5"/, /from 1 to/],
  [['ports', '--instances', '1e9'], /"1e9"/, /from 1 to/],
  [['ports', '--instances', '1000000000'], /"1000000000"/, /from 1 to/],
  [['ports', '--instances', '4x'], /"4x"/, /from 1 to/],
  [['ports', '--instances', ''], /--instances/, /from 1 to|see vwaudit ports --help/],
  [['ports', '--instances', ' 4'], /" 4"/, /from 1 to/],
  [['ports', '--instances', '0x10'], /"0x10"/, /from 1 to/],
  [['ports', '--instances', '٤'], /"٤"/, /from 1 to/],
  [['ports', '-i'], /--instances/, /see vwaudit ports --help/],
  [['ports', '--instances', '202'], /server-1\.http and server-202\.client .*10301/, /at most 201/],
  [
    ['ports', '--instances', '201', '--reading', 'table'],
    /server-1\.http and server-201\.client .*10300/,
    /at most 200/,
  ],
  [['ports', '--instances', '2', '--no-allocator'], /2 instances need an allocator/, /--no-allocator/],
  [['ports', '--port-offset', '65536'], /"65536"/, /from 0 to 65535/],
  [['ports', '--port-offset', '60000'], /port offset 60000/, /at most 55234/],
  [['ports', '--port-offset', '-5'], /"-5"/, /from 0 to/],
  [['ports', '--reading', 'guess'], /"guess"/, /auto, example, table/],
  [['ports', '--format', 'xml'], /"xml"/, /table, csv, markdown/],
  [['ports', '--allow', 'client'], /"client" has no role/, /client=10.30/],
  [['ports', '--allow', 'clients=10.0.0.0/8'], /"clients" is not a role/, /client, config-tool/],
  [['ports', '--allow', 'Client=10.0.0.0/8'], /"Client" is not a role/, /client, config-tool/],
  [['ports', '--allow', 'client='], /--allow client/, /give an IPv4 or IPv6 address/],
  [['ports', '--allow', 'client=10.0.0.0/8,'], /--allow client/, /give an IPv4 or IPv6 address/],
  [['ports', '--allow', 'client=newsroom'], /"newsroom"/, /give an IPv4 or IPv6 address/],
  [['ports', '--allow', 'client=10.0.0.0/33'], /"10\.0\.0\.0\/33"/, /from 0 to 32/],
  [['ports', '--allow', 'client=10.0.0.1/8'], /"10\.0\.0\.1\/8" has host bits/, /10\.0\.0\.0\/8/],
  [['ports', '--allow', 'client=fd00::1/64'], /host bits/, /fd00::\/64/],
  [['ports', '--allow', 'client=10.0.0'], /"10\.0\.0"/, /four decimal parts/],
  [['ports', '--allow', 'client=010.0.0.1'], /"010\.0\.0\.1"/, /without leading zeros/],
  [['ports', '--allow', 'client=::ffff:10.0.0.1'], /::ffff/, /plain IPv4/],
  [['ports', '--allow', 'web=fe80::1%eth0'], /fe80::1%eth0/, /zone/],
  [['ports', '--allow', 'client=10.0.0.1;reboot'], /"10\.0\.0\.1;reboot"/, /give an IPv4 or IPv6/],
  [['rules', '--format', 'nft', '--allow', 'client=$(id)'], /"\$\(id\)"/, /give an IPv4 or IPv6/],
  [['rules', '--format', 'nft', '--allow', 'client={{ 7 }}'], /"\{\{ 7 \}\}"/, /give an IPv4 or IPv6/],
  [['rules', '--format', 'nft', '--allow', 'client=`id`'], /"`id`"/, /give an IPv4 or IPv6/],
  [
    ['rules', '--format', 'windows', '--allow', "client=1'; Remove-Item C:"],
    /Remove-Item/,
    /give an IPv4 or IPv6/,
  ],
  [
    ['rules', '--format', 'nft', '--allow', 'client=10.0.0.1\u001b[31m'],
    /10\.0\.0\.1\\x1b\[31m/,
    /give an IPv4 or IPv6/,
  ],
  [
    ['rules', '--format', 'nft', '--allow', 'client=10.0.0.1\n10.0.0.2'],
    /10\.0\.0\.1\\x0a10\.0\.0\.2/,
    /give an IPv4 or IPv6/,
  ],
  [['rules'], /--format is missing/, /nft, iptables, windows/],
  [['rules', '--format', 'ufw-nope'], /"ufw-nope"/, /nft, iptables, windows/],
  [
    ['rules', '--format', 'nft', '--host', 'maps-a'],
    /--host: "maps-a" is not an IP address/,
    /give an IPv4 or IPv6/,
  ],
  [
    ['rules', '--format', 'nft', '--host', '10.0.0.1', '--host', '10.0.0.1'],
    /"10\.0\.0\.1" is given twice/,
    /once/,
  ],
  [['rules', '--format', 'nft', '--refuse', 'ignore'], /"ignore"/, /reject, drop/],
  [['rules', '--format', 'windows', '--refuse', 'drop'], /--refuse/, /leave out --refuse/],
  [['rules', '--format', 'nft', '--profile', 'domain'], /--profile/, /leave out --profile/],
  [['rules', '--format', 'windows', '--profile', 'home'], /"home"/, /domain, private, public/],
  [['rules', '--format', 'nft', '--placement', 'gateway'], /address|host/i, /--host/],
  [['rules', '--format', 'nft', '--template', '/no/such/file'], /\/no\/such\/file/, /readable template/],
  [['rules', '--format', 'nft', '--template', '/dev/zero'], /\/dev\/zero/, /readable template/],
  [['check', '--listen-log', '/dev/zero'], /\/dev\/zero/, /listen/],
  [
    ['rules', '--format', 'nft', '--out', '/no/such/folder/x.nft'],
    /\/no\/such\/folder\/x\.nft/,
    /folder you may write to/,
  ],
  [['check', '--host', 'http://maps-a/'], /"http:\/\/maps-a\/"/, /without a URL/],
  [['check', '--host', 'maps-a:102'], /"maps-a:102"/, /leave out the port/],
  [['check', '--host', '[fd00::1]:102'], /"\[fd00::1\]:102"/, /leave out the port/],
  [['check', '--host', '[fd00::1]'], /"\[fd00::1\]"/, /leave out the brackets/],
  [['listen', '--bind', '[fd00::1]'], /"\[fd00::1\]"/, /leave out the brackets/],
  [
    ['rules', '--format', 'nft', '--allow', 'client=[fd00::]/48'],
    /"\[fd00::\]\/48"/,
    /leave out the brackets/,
  ],
  [['check', '--host', '10.20.0.0/24'], /"10\.20\.0\.0\/24"/, /prefixes belong to --allow/],
  [['check', '--host', 'maps a'], /"maps a"/, /give a name/],
  [['check', '--host', '$(id)'], /"\$\(id\)"/, /give a name/],
  [['check', '--host', 'maps\u0007a'], /maps\\x07a/, /give a name/],
  [['check', '--host', ''], /--host/, /give a name|see vwaudit/],
  [['check', '--host', '10.20.0'], /"10\.20\.0"/, /four decimal parts/],
  [['check', '--host', '10.0.0.1', '-6'], /"10\.0\.0\.1" has no IPv6 address/, /leave out -6/],
  [['check', '--host', '10.0.0.1', '--demo'], /--demo does not go with --host/, /leave out one/],
  [['check', '--demo', '--as', 'client'], /--as "client"/, /leave out --as/],
  [['check', '--timeout', '0'], /"0"/, /from 50 to/],
  [['check', '--timeout', '1s'], /"1s"/, /from 50 to/],
  [['check', '--retries', '99'], /"99"/, /from 0 to 10/],
  [['check', '--concurrency', '0'], /"0"/, /from 1 to/],
  [['check', '--skip', 'server-9.client'], /"server-9\.client"/, /an id that vwaudit ports lists/],
  [['check', '--fail-on', 'never'], /"never"/, /error, warning/],
  [['check', '--udp-payload', 'magic'], /"magic"/, /nonce, empty/],
  [
    ['check', '--insances', '4'],
    /unknown flag "--insances"/,
    /did you mean --instances\? see vwaudit check --help/,
  ],
  [['check', '--no-alocator'], /unknown flag "--no-alocator"/, /did you mean --no-allocator\?/],
  [['check', '--timeuot=5'], /unknown flag "--timeuot=5"/, /did you mean --timeout\?/],
  [['check', '--fail', 'error'], /unknown flag "--fail"/, /did you mean --fail-on\?/],
  [['audit', '--as', 'client'], /unknown flag "--as"/, /a flag of check; see vwaudit audit --help/],
  [['ports', '--xyzzy'], /unknown flag "--xyzzy"/, /; see vwaudit ports --help/],
  [['check', '--as', 'clinet'], /--as: "clinet"/, /did you mean client\? give one of all/],
  [['ports', '--format', 'json'], /--format: "json"/, /did you mean --json\?/],
  [['check', '-x'], /unknown flag "-x"/, /vwaudit check --help/],
  [['check', 'maps-a'], /unexpected argument "maps-a"/, /--host maps-a, see vwaudit check --help/],
  [['check', '10.20.0.11'], /unexpected argument "10\.20\.0\.11"/, /give it as --host 10\.20\.0\.11/],
  [['listen', 'fd00:20::11'], /unexpected argument "fd00:20::11"/, /give it as --host fd00:20::11/],
  [['check', 'client'], /unexpected argument "client"/, /give it as --as client/],
  [['check', 'server-1.config'], /unexpected argument/, /give it as --skip server-1\.config/],
  [['check', 'site.yaml'], /unexpected argument/, /give it as --site site\.yaml/],
  [['check', 'client=10.0.0.0/8'], /unexpected argument/, /give it as --allow client=10\.0\.0\.0\/8/],
  [['check', '$(id)'], /unexpected argument "\$\(id\)"/, /; see vwaudit check --help$/m],
  [['rules', 'nft'], /unexpected argument "nft"/, /give it as --format nft/],
  [['ports', '4'], /unexpected argument "4"/, /give it as --instances 4/],
  [['listen', '10m'], /unexpected argument "10m"/, /give it as --for 10m/],
  [
    ['audit', '10.20.0.11'],
    /"10\.20\.0\.11" can't be read/,
    /give it as --host 10\.20\.0\.11, or a readable/,
  ],
  [['audit', 'nft'], /"nft" can't be read/, /give it as --dialect nft, or a readable file/],
  [
    ['trace', 'tcp 10.0.0.1 > 10.0.0.2:102'],
    /"tcp 10\.0\.0\.1 > 10\.0\.0\.2:102" is a packet/,
    /give it as --packet "tcp/,
  ],
  [['trace', 'x.nft', 'udp 10.0.0.1 > 10.0.0.2:102'], /"udp .*" is a packet/, /give it as --packet "udp/],
  [['ports', 'four'], /unexpected argument "four"/, /vwaudit ports --help/],
  [['prots'], /unknown command "prots"/, /did you mean ports\? see vwaudit --help/],
  [['chek', '--help'], /unknown command "chek"/, /did you mean check\?/],
  [['help', 'chek'], /unknown command "chek"/, /did you mean check\?/],
  [['xyzzy'], /unknown command "xyzzy"; see vwaudit --help/, /see/],
  [['--instances', '4'], /"--instances" is given before the command/, /put the command first/],
  [['prots\u001b[2J'], /unknown command "prots\\x1b\[2J"/, /vwaudit --help/],
];

/** Every so many a case is started as a shell would, too: it must say the same. */
const SPAWNED = 12;

describe.each(
  CASES.map(([argv, names, fix], index) => ({
    argv,
    names,
    fix,
    index,
    line: JSON.stringify(argv.join(' ')),
  })),
)('vwaudit $line', ({ argv, names, fix, index }) => {
  test('exit 2, one line on stderr that names value and fix, nothing on stdout', async () => {
    const refused = await runInProcess(argv);
    expectRefusal(refused);
    if (index % SPAWNED === 0) expect(await runCli(argv)).toEqual(refused);
    expect(refused.stderr).toMatch(names);
    expect(refused.stderr).toMatch(fix);
  });

  test('--json: the same as one JSON document on stdout, nothing on stderr', async () => {
    const { code, stdout, stderr } = await runInProcess([...argv, '--json']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    const report = JSON.parse(stdout) as { kind: string; error: Record<string, unknown> };
    expect(report).toMatchObject({ schemaVersion: 1, kind: 'error' });
    expect(Object.keys(report.error)).toEqual(['code', 'message', 'value', 'fix', 'file', 'line', 'column']);
    expect(String(report.error.fix)).toMatch(/\S/);
  });
});

test('there are at least 40 cases', () => {
  expect(CASES.length).toBeGreaterThanOrEqual(40);
});

test('a list has one format', async () => {
  const { code, stdout, stderr } = await runInProcess(['ports', '--json', '--format', 'csv']);
  expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({
    error: { message: '--format does not go with --json', fix: 'leave out one of them' },
  });
});

test('a failed --out leaves no file behind', async () => {
  const before = await readdir(ROOT);
  await runInProcess(['rules', '--format', 'nft', '--instances', '202', '--out', 'never.nft']);
  expect(await readdir(ROOT)).toEqual(before);
});

test('two rule files do not go to one stream; in JSON they are two', async () => {
  const argv = ['rules', '--format', 'nft', '--host', '10.0.0.1', '--host', '10.0.0.2'];
  const { code, stdout, stderr } = await runInProcess(argv);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^vwaudit: 2 hosts need 2 rule files; give --out with \{host\} in the name.*\n$/);
  const json = await runInProcess([...argv, '--json']);
  expect(json.code).toBe(0);
  expect((JSON.parse(json.stdout) as { rulesets: unknown[] }).rulesets).toHaveLength(2);
});

describe('a file of vwaudit that is another one than was meant', () => {
  const given = {
    'machine.json': '{"schemaVersion":1,"kind":"machine","platform":"linux"}',
    'log.jsonl':
      '{"schemaVersion":1,"kind":"listen","startedAt":"2026-11-29T08:00:00Z"}\n{"kind":"counts"}\n',
    'report.json': '{\n  "schemaVersion": 1,\n  "kind": "check",\n  "flows": []\n}\n',
  };
  test.each([
    [
      'report',
      'machine.json',
      /what vwaudit collect wrote, not a report; audit it: vwaudit audit machine\.json --json/,
    ],
    ['merge', 'machine.json', /what vwaudit collect wrote/],
    ['compare', 'machine.json', /what vwaudit collect wrote/],
    [
      'report',
      'log.jsonl',
      /a log of vwaudit listen, not a report; .*vwaudit merge report\.json --listen-log log\.jsonl/,
    ],
    [
      'audit',
      'log.jsonl',
      /a log of vwaudit listen, not a ruleset; .*vwaudit merge report\.json --listen-log log\.jsonl/,
    ],
    [
      'audit',
      'report.json',
      /a report of vwaudit \(kind "check"\), not a ruleset; show it with vwaudit report report\.json/,
    ],
  ] as const)('%s %s', async (command, name, message) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-other-'));
    writeFileSync(path.join(folder, name), given[name]);
    const second = command === 'compare' ? ['./' + name] : [];
    const refused = await runInProcess([command, name, ...second], { cwd: folder });
    rmSync(folder, { recursive: true });
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(message);
  });
});
