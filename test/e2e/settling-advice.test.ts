// The advice of an answer that depends, pasted as it is printed: then the answer no longer depends.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { AuditReport } from '../../src/verdict/reports/audit-report.ts';
import { LOCAL, POLICY, reg, rule } from '../firewall/windows/texts.ts';
import { runInProcess } from './in-process.ts';
import { validReport } from './schema.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-settle-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const SITE = ['--instances', '1', '--no-allocator', '--host', '10.20.0.11', '--allow', 'client=10.30.0.0/16'];

const RULESETS = {
  'an interface': {
    file: 'fw.nft',
    text: 'table inet f {\n\tchain i {\n\t\ttype filter hook input priority 0; policy drop;\n\t\tct state established accept\n\t\tiifname "gcl" tcp dport 102 accept\n\t}\n}\n',
    more: [],
  },
  'the program that listens': {
    file: 'program.reg',
    text: reg(LOCAL, { rules: { A: rule('LPort=102|App=C:\\viz\\viz.exe') } }),
    more: ['--complete', '--profile', 'private'],
  },
  'the network profile': {
    file: 'profile.reg',
    text: reg(LOCAL, { rules: { A: rule('LPort=102|Profile=Private') } }),
    more: ['--complete'],
  },
} as const;

const resultOf = async (
  argv: readonly string[],
): Promise<readonly [string | undefined, readonly string[]]> => {
  const { stdout } = await runInProcess([...argv, '--json', '--quiet']);
  const { flows, findings } = validReport(stdout) as AuditReport;
  const flow = flows.find(({ from, port }) => from.role === 'client' && port === 102);
  const own = findings.filter((one) => one.flows.includes(flow?.id ?? ''));
  return [flow?.proof.result, own.flatMap(({ advice }) => advice)];
};

/** As a shell takes it. */
const words = (line: string): readonly string[] =>
  execFileSync('sh', ['-c', `printf '%s\\n' ${line}`], { encoding: 'utf8' })
    .trim()
    .split('\n');

test.each(Object.entries(RULESETS))('%s', async (_, { file, text, more }) => {
  const place = path.join(folder, file);
  writeFileSync(place, text);
  const [before, advice] = await resultOf(['audit', place, ...SITE, ...more]);
  expect(before).toBe('depends');
  const [command = ''] = advice.filter((line) => line.startsWith('$ vwaudit audit'));
  const [after] = await resultOf(words(command.slice('$ vwaudit '.length)));
  expect(['allowed', 'blocked']).toContain(after);
});

test.each([
  [
    'sets.save',
    '*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT\n-A INPUT -i eth0 -p tcp -m set --match-set viz src -m multiport --dports 102 -j ACCEPT\nCOMMIT\n',
    /^Save the sets on the machine/,
    /contents of set viz are not given/,
  ],
  [
    'policy.reg',
    reg(POLICY, { rules: { A: rule('Action=Block|LPort=102|Profile=Public') } }),
    /^Export the local rules on the computer/,
    /the local rules are not given/,
  ],
])('what is missing comes before all else: %s', async (file, text, first, why) => {
  const place = path.join(folder, file);
  writeFileSync(place, text);
  const [, advice] = await resultOf(['audit', place, ...SITE]);
  expect(advice[0]).toMatch(first);
  const { stdout } = await runInProcess(['audit', place, ...SITE]);
  expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(why);
});

const GATEWAY =
  'table inet f {\n\tchain fw {\n\t\ttype filter hook forward priority 0; policy drop;\n\t\tct state established accept\n\t\tiifname "gcl" oifname "brsrv" tcp dport 102 accept\n\t}\n}\n';

test.each([
  ['of a host', 'own.nft', RULESETS['an interface'].text, []],
  ['of a gateway, in and out', 'gateway.nft', GATEWAY, ['--hook', 'forward']],
  [
    'of a host, one of two names',
    'two.nft',
    RULESETS['an interface'].text.replace('"gcl"', '{ "gcl", "gcl2" }'),
    [],
  ],
])('an interface, pasted into the site file: %s', async (_, file, text, hook) => {
  const place = path.join(folder, file);
  writeFileSync(place, text);
  const [before, advice] = await resultOf(['audit', place, ...SITE, ...hook]);
  expect(before).toBe('depends');
  const [line = ''] = advice.flatMap((one) => /interfaces: \{.*\}$/.exec(one)?.[0] ?? []);
  const site = path.join(folder, `${file}.yaml`);
  const hosts = 'hosts:\n  maps-a: { address: 10.20.0.11, instances: 1, allocator: false }\n';
  writeFileSync(site, `${hosts}peers: { client: [10.30.0.0/16] }\n${line}\n`);
  const [after] = await resultOf(['audit', place, '--site', site, ...hook]);
  expect(after).toBe('allowed');
});
