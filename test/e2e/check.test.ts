import { spawn } from 'node:child_process';
import dgram from 'node:dgram';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CheckReport } from '../../src/verdict/reports/check-report.ts';
import { freeOffset } from './free-ports.ts';
import { runInProcess } from './in-process.ts';
import { ROOT, type CliResult } from './run-cli.ts';
import { validReport } from './schema.ts';

/** Ports of their own for every test. */
let offset: number;
beforeEach(async () => {
  offset = await freeOffset();
});
const open: (() => void)[] = [];

afterEach(() => {
  for (const close of open.splice(0)) close();
});

async function listenTcp(
  port: number,
  address: string,
  onConnection: (socket: net.Socket) => void = (socket) => socket.end(),
): Promise<{ connections: number }> {
  const seen = { connections: 0 };
  const server = net.createServer((socket) => {
    seen.connections += 1;
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ port, host: address }, resolve);
  });
  open.push(() => server.close());
  return seen;
}

async function bindUdp(port: number, address: string): Promise<void> {
  const socket = dgram.createSocket('udp4');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject).bind(port, address, resolve);
  });
  open.push(() => socket.close());
}

async function check(...argv: string[]): Promise<{ result: CliResult; report: CheckReport }> {
  const result = await runInProcess([
    'check',
    '--port-offset',
    String(offset),
    ...(argv.includes('--timeout') ? [] : ['--timeout', '400']),
    ...argv,
    '--json',
  ]);
  return { result, report: validReport(result.stdout) as CheckReport };
}

const flowOf = ({ flows }: CheckReport, endpoint: string) => flows.find((flow) => flow.endpoint === endpoint);
const codes = ({ findings }: CheckReport) => findings.map(({ code }) => code);

describe('a demo', () => {
  test('four instances: all 15 proven, exit 0, nothing left listening', async () => {
    const result = await runInProcess([
      ...['check', '--instances', '4', '--demo', '--port-offset', String(offset), '--json'],
    ]);
    const report = validReport(result.stdout) as CheckReport;
    expect(result.code).toBe(0);
    expect(report.summary).toEqual({ pass: 15, fail: 0, unproven: 0 });
    expect(report.findings).toEqual([]);
    expect(result.stderr).toMatch(/^demo: a stand-in for Viz World/);
    const [flow] = report.flows;
    const reach = new Promise((resolve) =>
      net
        .connect(flow!.port, '127.0.0.1')
        .on('error', (error: NodeJS.ErrnoException) => {
          resolve(error.code);
        })
        .on('connect', () => {
          resolve('open');
        }),
    );
    expect(await reach).toBe('ECONNREFUSED');
  });

  test('as a person sees it', async () => {
    const { code, stdout } = await runInProcess(['check', '--instances', '4', '--demo'], {
      env: { COLUMNS: '80' },
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/\n15 proven · 0 failed · 0 unproven of 15 · \d+\.\d s\n$/);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stdout).not.toMatch(/[ \t]\n/);
  });
});

describe('this machine', () => {
  test('nobody listens: every port closed, one finding, exit 1', async () => {
    const { result, report } = await check('--instances', '4');
    expect(result.code).toBe(1);
    expect(report.summary).toEqual({ pass: 0, fail: 15, unproven: 0 });
    expect(codes(report)).toEqual(['closed']);
    expect(report.findings[0]?.message).toContain('nothing listens there');
  });

  test('a UDP socket that never answers is proven by the socket table', async () => {
    await bindUdp(10200 + offset, '0.0.0.0');
    const { report } = await check();
    expect(flowOf(report, 'server-1.udp')).toMatchObject({
      state: 'open',
      reason: 'socket-table',
      verdict: 'pass',
    });
    expect(flowOf(report, 'server-1.udp')?.evidence.join()).toContain(String(process.pid));
    expect(flowOf(report, 'allocator.udp')).toMatchObject({ state: 'closed', verdict: 'fail' });
  });

  test('a client port on loopback only fails although it answers here', async () => {
    await listenTcp(102 + offset, '127.0.0.1');
    const { report } = await check();
    expect(flowOf(report, 'server-1.client')).toMatchObject({
      state: 'open',
      reason: 'loopback-only',
      verdict: 'fail',
    });
    expect(report.findings.find(({ code }) => code === 'loopback-only')).toMatchObject({
      severity: 'error',
      args: { bound: '127.0.0.1' },
    });
  });

  test('a listener on another address of this machine is found and asked there', async () => {
    await listenTcp(102 + offset, '127.0.0.2');
    const { report } = await check();
    expect(flowOf(report, 'server-1.client')).toMatchObject({
      state: 'open',
      reason: 'loopback-only',
      verdict: 'fail',
      address: '127.0.0.2',
    });
  });

  test('a server of another protocol on a port of Viz World proves nothing', async () => {
    await listenTcp(102 + offset, '0.0.0.0', (socket) => socket.write('SSH-2.0-OpenSSH_9.2p1\r\n'));
    const { report, result } = await check();
    expect(flowOf(report, 'server-1.client')).toMatchObject({ state: 'open', verdict: 'unproven' });
    expect(report.findings.find(({ code }) => code === 'other-program')?.message).toContain(
      'not proven, opened by',
    );
    expect(result.code).not.toBe(0);
  });

  test('what accepts but speaks no HTTP is not an HTTP port', async () => {
    await listenTcp(10301 + offset, '0.0.0.0', (socket) => socket.end('220 ready\r\n'));
    const { report } = await check();
    expect(flowOf(report, 'server-1.http')).toMatchObject({
      state: 'open',
      reason: 'not-http',
      verdict: 'fail',
    });
    expect(codes(report)).toContain('not-http');
  });

  test('the configuration port is connected once and not held', async () => {
    let heldMs = Infinity;
    const config = await listenTcp(103 + offset, '0.0.0.0', (socket) => {
      const start = performance.now();
      socket.on('close', () => (heldMs = performance.now() - start)).resume();
    });
    const { report } = await check('--retries', '3', '--timeout', '20000');
    expect(flowOf(report, 'server-1.config')).toMatchObject({ state: 'open', verdict: 'pass' });
    expect(config.connections).toBe(1);
    // Far less than an answer may take.
    expect(heldMs).toBeLessThan(10_000);
  });

  test('--skip leaves an endpoint alone and says so', async () => {
    const config = await listenTcp(103 + offset, '0.0.0.0');
    const { report } = await check('--skip', 'server-1.config');
    expect(flowOf(report, 'server-1.config')).toBeUndefined();
    expect(report.skipped).toEqual([{ host: 'localhost', endpoint: 'server-1.config', reason: '--skip' }]);
    expect(config.connections).toBe(0);
  });
});

test('a name is resolved once, one without an address fails by name', async () => {
  const { result, report } = await check('--host', 'localhost', '--host', 'no-such-host.invalid', '-4');
  expect(result.code).toBe(1);
  expect(
    report.flows.filter(({ host }) => host === 'localhost').every(({ address }) => address === '127.0.0.1'),
  ).toBe(true);
  expect(
    report.flows
      .filter(({ host }) => host !== 'localhost')
      .every(({ state, reason }) => state === 'unreachable' && reason === 'no-such-host'),
  ).toBe(true);
  expect(codes(report)).toContain('no-such-host');
});

test('SIGINT: what is known so far is reported, and the exit code is 130', async () => {
  // Accepts and never answers: once it is asked, the others have been refused.
  const asked = new EventEmitter();
  await listenTcp(10301 + offset, '127.0.0.1', (socket) => socket.once('data', () => asked.emit('asked')));
  const child = spawn(process.execPath, [
    ...[path.join(ROOT, 'bin', 'run.js'), 'check', '--json'],
    ...['--port-offset', String(offset), '--timeout', '20000', '--retries', '0'],
  ]);
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  await once(asked, 'asked');
  await sleep(500);
  child.kill('SIGINT');
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code).toBe(130);
  const report = validReport(stdout) as CheckReport;
  expect(flowOf(report, 'server-1.client')).toMatchObject({ state: 'closed' });
  expect(flowOf(report, 'server-1.http')).toMatchObject({
    state: 'error',
    reason: 'interrupted',
    verdict: 'unproven',
  });
});

test('-4 says which addresses of the site it does not ask', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-check-'));
  open.push(() => {
    rmSync(folder, { recursive: true });
  });
  const site = path.join(folder, 'site.yaml');
  writeFileSync(
    site,
    `hosts:
  m: { address: [127.0.0.1, "::1"], instances: 1, allocator: false }
peers: { client: [10.30.0.0/16, "fd00:30::/64"], config-tool: [], web: [] }
port-offset: ${offset}
`,
  );
  const words = ['check', '--site', site, '--timeout', '400', '-4', '--as', 'client'];
  expect((await runInProcess(words)).stdout).toMatch(/not probed: .* on m \(-4 leaves out ::1\)/);
  // A merge tells from this that nobody asked it.
  const { site: told } = validReport((await runInProcess([...words, '--json'])).stdout) as CheckReport;
  expect(told.hosts.m?.addresses).toEqual(['127.0.0.1', '::1']);
});
