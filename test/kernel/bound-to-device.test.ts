import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, expect, test } from 'vitest';
import type { CheckReport } from '../../src/verdict/reports/check-report.ts';
import path from 'node:path';
import { createLab, type LabHost } from './lab/lab.ts';

// A listener that is bound to the interface lo answers every address of its machine on that machine, and nobody else. Node.js cannot
// bind so; python can.

const BIN = path.join(import.meta.dirname, '..', '..', 'bin', 'run.js');
const lab = createLab();
afterAll(() => {
  lab.close();
});

const LISTEN = `
import socket, sys, time
def bound(port, kind, device):
    one = socket.socket(socket.AF_INET, kind)
    if device: one.setsockopt(socket.SOL_SOCKET, 25, device.encode())
    one.bind(("0.0.0.0", port))
    if kind == socket.SOCK_STREAM: one.listen(50)
    return one
held = [bound(102, socket.SOCK_STREAM, sys.argv[1]), bound(10200, socket.SOCK_DGRAM, sys.argv[1])]
print("up", flush=True)
time.sleep(120)
`;

const hasPython = spawnSync('python3', ['--version']).status === 0;

test.runIf(hasPython).each([
  ['lo', 'loopback-only', 'fail', false],
  ['', null, null, true],
] as const)('bound to %s', async (device, reason, verdict, isReached) => {
  const [server, client] = [lab.host(`server${device}`), lab.host(`client${device}`)];
  lab.cable(client, ['10.20.0.4/24'], server, ['10.20.0.11/24']);
  const child = server.spawn(['python3', '-c', LISTEN, device]);
  try {
    await once(child.stdout, 'data');
    const report = check(server);
    for (const id of ['server-1.client', 'server-1.udp']) {
      const flow = report.flows.find(({ endpoint }) => endpoint === id);
      expect(flow, id).toMatchObject(reason === null ? { state: 'open' } : { reason, verdict });
      if (reason === null) expect(flow?.reason).not.toBe('loopback-only');
    }
    expect(report.assumptions.join()).not.toContain('interface lo');
    const connect = `require('net').connect(102, '10.20.0.11').on('connect', () => process.exit(0)).on('error', () => process.exit(1))`;
    expect(client.run(['node', '-e', connect]).status === 0).toBe(isReached);
  } finally {
    child.kill('SIGKILL');
  }
});

function check(machine: LabHost): CheckReport {
  const site = [
    '--host',
    '10.20.0.11',
    '-i',
    '1',
    '--allow',
    'client=10.20.0.0/24',
    '--allow',
    'server=10.20.0.0/24',
  ];
  const { stdout } = machine.run([process.execPath, BIN, 'check', ...site, '--json', '--quiet']);
  return JSON.parse(stdout) as CheckReport;
}
