import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditReport } from '../../src/verdict/reports/audit-report.ts';
import type { TraceReport } from '../../src/verdict/reports/trace-report.ts';
import { validMachine, validReport } from '../e2e/schema.ts';
import { runInProcess } from '../e2e/in-process.ts';
import { createLab, type LabHost } from './lab/lab.ts';
import { collectOn, programOn } from './lab/program-on.ts';
import { ENTRY, standIn, type StandIn } from './stand-in.ts';

/**
 * A server of three networks, one of them by a routing rule of its own, whose rules name interfaces and stand in three places at once:
 * nft, iptables-nft with chains as Docker and ufw make them, and iptables-legacy.
 */
const lab = createLab();
const [server, client, allocator, outsider] = ['server', 'client', 'allocator', 'outsider'].map((name) =>
  lab.host(name),
) as [LabHost, LabHost, LabHost, LabHost];
const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-collect-'));
const stands: StandIn[] = [];
const PEERS = [
  { host: client, source: '10.30.0.7', to: '10.30.0.11' },
  { host: allocator, source: '10.20.0.9', to: '10.20.0.11' },
  { host: outsider, source: '10.40.0.7', to: '10.20.0.11' },
  { host: outsider, source: '10.40.0.7', to: '10.40.0.11' },
] as const;
const PORTS = [102, 103, 10_100, 10_101, 10_301, 22] as const;

const IPTABLES_NFT = `*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:DOCKER - [0:0]
:DOCKER-USER - [0:0]
:ufw-user-input - [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -j ufw-user-input
-A FORWARD -j DOCKER-USER
-A FORWARD -o docker0 -j DOCKER
-A ufw-user-input -i v1b -p tcp -m multiport --dports 102,10100:10101 -j ACCEPT
-A ufw-user-input -i v2b -j ACCEPT
-A ufw-user-input -i v3b -p tcp --dport 10101 -j ACCEPT
COMMIT
`;
const IPTABLES_LEGACY = `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i v1b -p tcp --dport 10100 -j REJECT
COMMIT
`;
const NFT = `table inet own {
  chain early {
    type filter hook input priority -10; policy accept;
    iifname "v2b" tcp dport 10301 drop
  }
}
`;

beforeAll(async () => {
  lab.cable(client, ['10.30.0.7/24'], server, ['10.30.0.11/24']);
  lab.cable(allocator, ['10.20.0.9/24'], server, ['10.20.0.11/24']);
  lab.cable(outsider, ['10.40.0.7/24'], server, ['10.40.0.11/24']);
  outsider.must(['ip', 'route', 'add', 'default', 'via', '10.40.0.11']);
  server.must(['ip', 'route', 'add', 'default', 'via', '10.20.0.9']);
  // Who asks 10.40.0.11 is answered by v3b, wherever he is.
  server.must(['ip', 'route', 'add', 'default', 'via', '10.40.0.7', 'dev', 'v3b', 'table', '100']);
  server.must(['ip', 'rule', 'add', 'from', '10.40.0.11', 'lookup', '100', 'priority', '100']);
  for (const link of ['all', 'v1b', 'v2b', 'v3b'])
    server.must(['sysctl', '-qw', `net.ipv4.conf.${link}.rp_filter=1`]);
  server.must(['iptables-nft-restore'], { input: IPTABLES_NFT });
  server.must(['iptables-legacy-restore'], { input: IPTABLES_LEGACY });
  server.must(['nft', '-f', '-'], { input: NFT });
  stands.push(await standIn(server, path.join(folder, 'log.jsonl'), ['--instances', '2']));
});

afterAll(async () => {
  await Promise.all(stands.map((stand) => stand.stop('SIGKILL')));
  lab.close();
  rmSync(folder, { recursive: true });
});

const WAYS = {
  'vwaudit collect': () => server.must(['node', ENTRY, 'collect', '--quiet']),
  'its script in dash': () => withScript('dash'),
  'its script in bash': () => withScript('bash'),
  'its script in busybox': () => withScript('busybox', 'sh'),
};

async function withScript(...shell: string[]): Promise<string> {
  const script = path.join(folder, 'collect.sh');
  writeFileSync(script, (await programOn(server)(['collect', '--script', 'sh'])).stdout);
  return server.must([...shell, script]);
}

/** One that tries to connect says `open` where it could. */
const CONNECT = `const [source, host, port] = process.argv.slice(1);
const socket = require('net').connect({ localAddress: source, host, port: Number(port) });
socket.setTimeout(3000, () => { console.log('silent'); socket.destroy(); });
socket.on('connect', () => { console.log('open'); socket.destroy(); });
socket.on('error', () => console.log('refused'));`;

type Asked = (typeof PEERS)[number] & { readonly port: number };

/** The rules stay the same, and silence takes its time: asked once for all ways to collect. */
let seen: readonly string[] | undefined;

function whatTheKernelDoes({ host, source, to, port }: Asked): string {
  const answer = host.must(['node', '-e', CONNECT, source, to, String(port)]).trim();
  // A port nobody listens on refuses as the REJECT of a rule does; the rules let 22 in from the allocator only.
  const isAllowed = answer === 'open' || (port === 22 && source === '10.20.0.9' && answer === 'refused');
  return `tcp ${source} > ${to}:${port}: ${isAllowed ? 'allowed' : 'blocked'}`;
}

describe.each(Object.entries(WAYS))('%s', (name, collect) => {
  const isThere = !name.includes('busybox') || server.run(['busybox', 'true']).status === 0;

  test.runIf(isThere)('says what lets each peer in, as the kernel does', async () => {
    const file = path.join(folder, `${name.replaceAll(' ', '-')}.json`);
    const text = await collect();
    validMachine(text);
    writeFileSync(file, text);
    const asked = PEERS.flatMap((peer) => PORTS.map((port) => ({ ...peer, port })));
    const packets = asked.flatMap(({ source, to, port }) => ['--packet', `tcp ${source} > ${to}:${port}`]);
    const { stdout } = await runInProcess(['trace', file, ...packets, '--json', '--quiet']);
    const traced = validReport(stdout) as TraceReport;
    const wanted = traced.packets.map(({ packet, result }) => `${packet}: ${result}`);
    seen ??= asked.map(whatTheKernelDoes);
    expect(wanted).toEqual(seen);
  });
});

test('audit knows its addresses and interfaces: nothing is left undecided', async () => {
  const file = path.join(folder, 'audit.json');
  writeFileSync(file, await collectOn(server));
  const { stdout } = await runInProcess([
    ...['audit', file, '--instances', '2', '--host', '10.20.0.11', '--json', '--quiet'],
    ...['--allow', 'client=10.30.0.0/24', '--allow', 'config-tool=10.20.0.9', '--allow', 'web=10.20.0.0/24'],
  ]);
  const { flows, findings, assumptions } = validReport(stdout) as AuditReport;
  // The stand-in holds every port of two instances.
  expect(findings.map(({ code }) => code)).not.toContain('nothing-listens');
  expect(flows.filter(({ proof }) => proof.result === 'undecided')).toEqual([]);
  // Strict filters leave nothing to assume.
  expect(assumptions.join('\n')).not.toContain('by the interface of their route');
  const of = (role: string, port: number): string | undefined =>
    flows.find(({ from, port: own, transport }) => from.role === role && own === port && transport === 'tcp')
      ?.proof.result;
  expect([of('client', 102), of('client', 10_100), of('config-tool', 103)]).toEqual([
    'allowed',
    'blocked',
    'allowed',
  ]);
});

test('a port that must be reachable, and nothing listens there', async () => {
  const file = path.join(folder, 'three.json');
  writeFileSync(file, await collectOn(server));
  const { stdout } = await runInProcess([
    ...['audit', file, '--instances', '3', '--host', '10.20.0.11', '--json', '--quiet'],
    ...['--allow', 'client=10.30.0.0/24'],
  ]);
  const { findings } = validReport(stdout) as AuditReport;
  const found = findings.find(({ code }) => code === 'nothing-listens');
  expect(found?.severity).toBe('warning');
  expect(found?.args.ports).toMatch(/10102\/tcp/);
  expect(found?.args.ports).not.toMatch(/\b102\b|10101/);
});

/** The server's end of each peer's cable. */
const LINK_OF = new Map([
  ['10.30.0.7', 'v1b'],
  ['10.20.0.9', 'v2b'],
  ['10.40.0.7', 'v3b'],
]);

test.each(['0', '2'])(
  'reverse-path filter %s: nothing is undecided, and packets by each interface fare as told',
  async (filter) => {
    for (const link of ['all', 'v1b', 'v2b', 'v3b'])
      server.must(['sysctl', '-qw', `net.ipv4.conf.${link}.rp_filter=${filter}`]);
    const file = path.join(folder, `rp-filter-${filter}.json`);
    writeFileSync(file, await collectOn(server));
    const { stdout } = await runInProcess([
      ...['audit', file, '--instances', '2', '--host', '10.20.0.11', '--json', '--quiet'],
      ...[
        '--allow',
        'client=10.30.0.0/24',
        '--allow',
        'config-tool=10.20.0.9',
        '--allow',
        'web=10.20.0.0/24',
      ],
    ]);
    const { flows, assumptions } = validReport(stdout) as AuditReport;
    expect(flows.filter(({ proof }) => proof.result === 'undecided')).toEqual([]);
    expect(assumptions.join('\n')).toContain('by the interface of their route');

    const asked = PEERS.flatMap((peer) => PORTS.map((port) => ({ ...peer, port })));
    const packets = asked.flatMap(({ source, to, port }) => [
      '--packet',
      `tcp ${source} > ${to}:${port} in ${LINK_OF.get(source)}`,
    ]);
    const traced = await runInProcess(['trace', file, ...packets, '--json', '--quiet']);
    const told = (validReport(traced.stdout) as TraceReport).packets.map(({ result }) => result);
    expect(told).toEqual(asked.map((one) => whatTheKernelDoes(one).replace(/.*: /, '')));
  },
);

test('a tool that hangs is stopped: the file says so, standard error names it, and audit refuses the file', async () => {
  const nft = path.join(folder, 'nft');
  writeFileSync(nft, '#!/bin/sh\nsleep 600\n', { mode: 0o755 });
  const file = path.join(folder, 'hung.json');
  const env = { PATH: `${folder}:${process.env.PATH ?? ''}`, VWAUDIT_SECONDS: '1' };
  const { status, stderr } = server.run(['node', ENTRY, 'collect', '--out', file], { env });
  rmSync(nft);
  expect(status).toBe(0);
  expect(stderr).toContain('nft list ruleset: no answer within 1 seconds');
  const { commands } = validMachine(readFileSync(file, 'utf8')) as {
    commands: readonly { id: string; errors: string }[];
  };
  // On a busy machine others may take longer than a second too.
  const stopped = commands.filter(({ errors }) => errors.includes('no answer')).map(({ id }) => id);
  expect(stopped).toEqual(expect.arrayContaining(['nft', 'nft-json']));
  const audit = await runInProcess(['audit', file, '--host', '10.20.0.11', '-i', '1']);
  expect(audit).toMatchObject({ code: 2, stderr: expect.stringContaining('no answer within') as string });
});
