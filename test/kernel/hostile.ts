import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CheckReport } from '../../src/verdict/reports/check-report.ts';
import { createLab, type LabHost } from './lab/lab.ts';
import { ENTRY, standIn } from './stand-in.ts';

export interface Attack {
  readonly datagrams: number;
  /** Connections of which the last packet of the handshake never arrives. */
  readonly halfOpen: number;
  /** Connections that are established and then say no more. */
  readonly idle: number;
}

/** What was left of `vwaudit listen` under an attack, all of it measured from outside. */
export interface Damage {
  /** Exit codes of a check while the flood was on (TCP and HTTP only), and after it, with every connection still held. */
  readonly during: string;
  readonly after: string;
  /** Memory at most, and how much of it came after its start, before the attack. */
  readonly peakRssMb: number;
  readonly grownMb: number;
  readonly logMb: number;
  /** UDP payload of each attacker, by its own count. */
  readonly sources: readonly { readonly source: string; readonly sent: number; readonly received: number }[];
  readonly halfOpenSeen: number;
  readonly exitCode: number | null;
}

const TARGET = '10.0.0.2';
const range = (first: number, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `10.0.0.${first + index}`);
const [FLOODERS, HALVES, IDLERS] = [range(101, 16), range(121, 16), range(141, 16)];
const TCP = [102, 103, 10100, 10101, 10301, 10302];
const UDP = [10100, 10200, 10201];

/** Attacks a stand-in of two instances from 48 addresses, and probes it from another one. */
export async function attack({ datagrams, halfOpen, idle }: Attack): Promise<Damage> {
  const lab = createLab();
  const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-hostile-'));
  try {
    const [client, server] = [lab.host('client'), lab.host('server')];
    const everyone = ['10.0.0.1', ...FLOODERS, ...HALVES, ...IDLERS].map((address) => `${address}/24`);
    lab.cable(client, everyone, server, [`${TARGET}/24`]);
    // The client believes its connection is there, the server never hears the end of the handshake.
    for (const source of HALVES)
      client.must([
        ...['iptables', '-A', 'OUTPUT', '-s', source, '-p', 'tcp'],
        ...['--tcp-flags', 'SYN,FIN,RST,ACK', 'ACK', '-j', 'DROP'],
      ]);
    const { pid, file, stop } = await standIn(server, path.join(folder, 'log'), [
      '--instances',
      '2',
      '--quiet',
    ]);
    const rssBefore = memoryMb(pid, 'VmRSS');
    const held = await Promise.all([
      agent(client, { kind: 'tcp', sources: HALVES, target: TARGET, ports: TCP, count: halfOpen }),
      agent(client, { kind: 'tcp', sources: IDLERS, target: TARGET, ports: TCP, count: idle }),
    ]);
    const halfOpenSeen = server.must(['ss', '-Htn', 'state', 'syn-recv']).split('\n').length - 1;
    const flood = agent(client, {
      kind: 'udp',
      sources: FLOODERS,
      target: TARGET,
      ports: UDP,
      count: datagrams,
    });
    const during = await probe(client, [
      '--skip',
      'allocator.udp',
      '--skip',
      'server-1.udp',
      '--skip',
      'server-2.udp',
    ]);
    const { said } = await flood;
    const after = await probe(client, []);
    for (const { child } of held) child.stdin.end();
    const peakRssMb = memoryMb(pid, 'VmHWM');
    const exitCode = await stop('SIGTERM');
    return {
      during,
      after,
      peakRssMb,
      grownMb: peakRssMb - rssBefore,
      logMb: statSync(file).size / 2 ** 20,
      sources: JSON.parse(said) as Damage['sources'],
      halfOpenSeen,
      exitCode,
    };
  } finally {
    lab.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function memoryMb(pid: number, name: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
}

/**
 * How far memory may grow under an attack, counted from the start: what Node takes to start depends on its version. Generous, for
 * garbage is collected late on a busy machine; five times the attack (the soak) must keep to the same bound.
 */
export const MAX_GROWN_MB = 150;

/** Starts an attacker; resolves when it has said what it did. */
async function agent(host: LabHost, order: object) {
  const script = path.join(import.meta.dirname, 'hostile-agent.mjs');
  const child = host.spawn([process.execPath, script, JSON.stringify(order)]);
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, said: chunk.toString() };
}

/** A check of all ports over the ordinary way: its exit code and what did not pass. */
async function probe(host: LabHost, flags: readonly string[]): Promise<string> {
  const argv = [
    'check',
    '--instances',
    '2',
    '--host',
    TARGET,
    '--no-extra',
    '--retries',
    '2',
    '--json',
    ...flags,
  ];
  const child = host.spawn([process.execPath, ENTRY, ...argv]);
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  const { flows } = JSON.parse(stdout) as CheckReport;
  const bad = flows
    .filter(({ verdict }) => verdict !== 'pass')
    .map(({ endpoint, state }) => `${endpoint} ${state}`);
  return [`exit ${code}`, ...bad].join(', ');
}
