import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { AuditReport } from '../../src/verdict/reports/audit-report.ts';
import { PROMPT } from '../../src/verdict/findings/step.ts';
import { runInProcess } from '../e2e/in-process.ts';
import { shareOf } from '../thorough.ts';
import { createLab, type LabHost } from './lab/lab.ts';

// Every advice of `audit` is followed to the letter: the rules are loaded into a namespace, each command of the advice runs there,
// the machine is listed and audited again. Fewer flows fail, and none that did not before.

const FIXTURES = path.join(import.meta.dirname, '..', 'firewall', 'coverage', 'fixtures');
const OWN = path.join(import.meta.dirname, 'cures');
const BIN = path.join(import.meta.dirname, '..', '..', 'bin', 'run.js');

const SITE = [
  ...['--instances', '4', '--host', '10.20.0.11'],
  ...[
    '--allow',
    'client=10.30.0.0/16',
    '--allow',
    'config-tool=10.20.9.5',
    '--allow',
    'allocator=10.20.0.12',
  ],
];

type Kind = 'iptables' | 'iptables-legacy' | 'nft' | 'nft-json';

interface Machine {
  /** Files of one kind, with which they are loaded and listed. */
  readonly files: readonly string[];
  readonly kind: Kind;
  readonly flags?: readonly string[];
}

const saved = (name: string): readonly string[] => [`${name}.iptables-save`, `${name}.ip6tables-save`];

/** Real captures of what the tools write, and rules as people write them by hand. */
const MACHINES: Readonly<Record<string, Machine>> = {
  'own rules of iptables': { files: saved('own-iptables'), kind: 'iptables' },
  'own rules of nft': { files: ['own-nft.nft'], kind: 'nft' },
  'own rules on a gateway': { files: ['own-nft-gateway.nft'], kind: 'nft', flags: ['--hook', 'forward'] },
  'own rules of iptables on a gateway': {
    files: saved('own-iptables-gateway'),
    kind: 'iptables',
    flags: ['--hook', 'forward'],
  },
  ufw: { files: saved('ufw'), kind: 'iptables' },
  'ufw, listed by nft': { files: saved('ufw'), kind: 'nft' },
  'ufw on a gateway': { files: saved('ufw-gateway'), kind: 'iptables', flags: ['--hook', 'forward'] },
  firewalld: { files: ['firewalld.nft'], kind: 'nft' },
  'firewalld, open to everybody': { files: ['firewalld-open.nft'], kind: 'nft' },
  'Docker chains': { files: saved('docker'), kind: 'iptables', flags: ['--interface', 'eth0'] },
  'Docker beside ufw': { files: saved('docker-ufw'), kind: 'iptables', flags: ['--interface', 'eth0'] },
  'a reject before the accept': { files: ['reject-first.iptables-save'], kind: 'iptables' },
  'a published port': { files: ['published.iptables-save'], kind: 'iptables' },
  'a published port of nft': { files: ['published.nft'], kind: 'nft' },
  'a drop in the table raw': { files: ['raw-drop.iptables-save'], kind: 'iptables' },
  'iptables-legacy by hand, answers dropped': { files: ['legacy.iptables-save'], kind: 'iptables-legacy' },
  'iptables by hand, answers dropped': { files: ['answers.iptables-save'], kind: 'iptables' },
  'iptables by hand, a network too many': { files: ['wide.iptables-save'], kind: 'iptables' },
  'nft by hand, closed': { files: ['closed.nft'], kind: 'nft' },
  'nft by hand, closed, listed as JSON': { files: ['closed.nft'], kind: 'nft-json' },
  'nft by hand, open': { files: ['open.nft'], kind: 'nft' },
  'nft by hand, answers dropped': { files: ['answers.nft'], kind: 'nft' },
  'nft by hand, only dropped answers keep others out': { files: ['answers-alone.nft'], kind: 'nft' },
  'iptables by hand, only dropped answers keep others out': {
    files: ['answers-alone.iptables-save'],
    kind: 'iptables',
  },
  'nft by hand, only dropped ARP keeps others out': { files: ['arp-alone.nft'], kind: 'nft' },
  'a gateway of nft': { files: ['gateway.nft'], kind: 'nft', flags: ['--hook', 'forward'] },
  'a gateway of iptables': {
    files: ['gateway.iptables-save'],
    kind: 'iptables',
    flags: ['--hook', 'forward'],
  },
  'a gateway of iptables that tracks nothing': {
    files: ['gateway-closed.iptables-save'],
    kind: 'iptables',
    flags: ['--hook', 'forward'],
  },
  'a gateway of iptables-legacy that tracks nothing': {
    files: ['gateway-closed.iptables-save'],
    kind: 'iptables-legacy',
    flags: ['--hook', 'forward'],
  },
  'a gateway of nft with two chains that track nothing': {
    files: ['gateway-closed.nft'],
    kind: 'nft',
    flags: ['--hook', 'forward'],
  },
  'a client that lets nothing out': { files: ['client.nft'], kind: 'nft', flags: ['--hook', 'output'] },
};

const OTHER_SITE = [
  ...['--instances', '2', '--host', '10.20.0.11'],
  ...['--allow', 'client=10.30.0.0/17,10.31.0.0/16', '--allow', 'config-tool=10.20.9.6'],
];

let machines = 0;
let cables = 0;

const lab = createLab();
const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-cures-'));
const bin = path.join(folder, 'bin');
afterAll(() => {
  lab.close();
  rmSync(folder, { recursive: true });
});

cpSync(OWN, folder, { recursive: true });
for (const file of readdirSync(FIXTURES)) cpSync(path.join(FIXTURES, file), path.join(folder, file));
writeFileSync(`${bin}-vwaudit`, `#!/bin/sh\nexec ${process.execPath} ${BIN} "$@"\n`, { mode: 0o755 });

/** Nothing keeps anybody from asking: what is let through has to be shut for others first. */
const ONLY_THE_REST_IS_DROPPED = [
  'nft by hand, only dropped answers keep others out',
  'iptables by hand, only dropped answers keep others out',
  'nft by hand, only dropped ARP keeps others out',
];

/** Those that are asked with packets after the cure too. */
const WITH_PACKETS: ReadonlySet<string> = new Set([
  'own rules of iptables',
  'own rules of nft',
  'ufw',
  'firewalld, open to everybody',
  'a reject before the accept',
  'a drop in the table raw',
  'iptables by hand, a network too many',
  'nft by hand, closed',
  'nft by hand, open',
  ...ONLY_THE_REST_IS_DROPPED,
]);

/** What follows the first packet, or a second chain, drops as well. */
const IN_ONE_ROUND: ReadonlySet<string> = new Set([
  'own rules of iptables',
  'own rules of iptables on a gateway',
  'iptables-legacy by hand, answers dropped',
  'iptables by hand, answers dropped',
  'nft by hand, answers dropped',
  'a gateway of iptables that tracks nothing',
  'a gateway of iptables-legacy that tracks nothing',
  'a gateway of nft with two chains that track nothing',
  ...ONLY_THE_REST_IS_DROPPED,
]);

describe.each([
  ['the site the rules are for', SITE, '10.30.0.5', 3],
  ['another site', OTHER_SITE, '10.31.0.5', 5],
] as const)('%s', (_, site, client, few) => {
  const isAlways = ([name]: readonly [string, Machine]): boolean => ONLY_THE_REST_IS_DROPPED.includes(name);
  const machinesOf = Object.entries(MACHINES);
  test.each([
    ...shareOf(
      machinesOf.filter((one) => !isAlways(one)),
      few,
    ),
    ...machinesOf.filter(isAlways),
  ])('%s', async (name, { files, kind, flags = [] }) => {
    const machine = lab.host(`cures${(machines += 1)}`);
    for (const file of files) load(machine, file, kind);
    let before = await audit(machine, kind, [...flags, ...site]);
    // What drops behind what was mended is told with it; who is let in by what was mended may need another round.
    for (let round = 0; round < (IN_ONE_ROUND.has(name) ? 1 : 4) && failed(before).length > 0; round++) {
      const errors = before.findings.filter(({ severity }) => severity === 'error');
      const commands = errors.flatMap(({ advice }) => advice.filter((line) => line.startsWith(PROMPT)));
      for (const { message, advice } of errors)
        expect({ message, advice, hasCommand: advice.some((line) => line.startsWith(PROMPT)) }).toMatchObject(
          { hasCommand: true },
        );
      for (const line of new Set(commands)) paste(machine, line.slice(PROMPT.length));
      const after = await audit(machine, kind, [...flags, ...site]);
      expect(failed(after).filter((id) => !failed(before).includes(id))).toEqual([]);
      expect({ commands, failed: failed(after).length }).toSatisfy(
        (seen: { readonly failed: number }) => seen.failed < failed(before).length,
      );
      before = after;
    }
    expect(failed(before)).toEqual([]);
    if (WITH_PACKETS.has(name)) await knock(machine, client);
  });
});

/** A client gets in, an outsider does not. */
async function knock(machine: LabHost, client: string): Promise<void> {
  const outside = lab.host(`knock${(cables += 1)}`);
  const outsider = '198.51.100.7';
  lab.cable(outside, [`${client}/32`, `${outsider}/32`], machine, ['10.20.0.11/24']);
  outside.must(['ip', 'route', 'add', '10.20.0.0/24', 'dev', `v${cables}a`]);
  machine.must(['ip', 'route', 'add', 'default', 'dev', `v${cables}b`]);
  const serve = "require('node:net').createServer((s) => s.end()).listen(102, () => console.log('up'))";
  const server = machine.spawn([process.execPath, '-e', serve]);
  try {
    await once(server.stdout, 'data');
    const from = (localAddress: string, deadline: number): string => {
      const options = JSON.stringify({ host: '10.20.0.11', port: 102, localAddress });
      const connect = `require('node:net').connect(${options})
        .on('connect', () => { console.log('in'); process.exit(); }).on('error', () => { console.log('out'); process.exit(); });
        setTimeout(() => { console.log('out'); process.exit(); }, ${deadline});`;
      return outside.must([process.execPath, '-e', connect]).trim();
    };
    expect({ client: from(client, 60_000), outsider: from(outsider, 1500) }).toEqual({
      client: 'in',
      outsider: 'out',
    });
  } finally {
    server.kill();
  }
}

function load(machine: LabHost, file: string, kind: Kind): void {
  const text = path.join(folder, file);
  const backEnd = kind === 'iptables-legacy' ? '-legacy' : '';
  const tool = file.endsWith('.ip6tables-save')
    ? `ip6tables${backEnd}-restore`
    : file.endsWith('.iptables-save')
      ? `iptables${backEnd}-restore`
      : null;
  if (tool === null) machine.must(['nft', '-f', text]);
  else machine.must(['sh', '-c', `${tool} < ${text}`]);
}

/** Lists the machine and audits the listing. */
async function audit(machine: LabHost, kind: Kind, flags: readonly string[]): Promise<AuditReport> {
  const list = {
    iptables: 'iptables-save > now.v4; ip6tables-save > now.v6',
    'iptables-legacy': 'iptables-legacy-save > now.v4; ip6tables-legacy-save > now.v6',
    nft: 'nft list ruleset > now.nft',
    'nft-json': 'nft -j list ruleset > now.json',
  }[kind];
  machine.must(['sh', '-c', `cd ${folder} && ${list}`]);
  const saves = ['now.v4', 'now.v6'];
  const files = { iptables: saves, 'iptables-legacy': saves, nft: ['now.nft'], 'nft-json': ['now.json'] }[
    kind
  ];
  const { stdout, stderr } = await runInProcess(['audit', ...files, ...flags, '--json'], { cwd: folder });
  const report = JSON.parse(stdout) as AuditReport;
  expect(report.kind, `${stdout}${stderr}`).toBe('audit');
  return report;
}

function failed({ flows }: AuditReport): readonly string[] {
  return flows.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id);
}

/** As somebody who copies the line into a shell. */
function paste(machine: LabHost, line: string): void {
  const script = `vwaudit() { ${bin}-vwaudit "$@"; }; cd ${folder} && ${line}`;
  machine.must(['bash', '-c', script]);
}
