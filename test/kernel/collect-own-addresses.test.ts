import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TraceReport } from '../../src/verdict/reports/trace-report.ts';
import { runInProcess } from '../e2e/in-process.ts';
import { createLab } from './lab/lab.ts';
import { collectOn } from './lab/program-on.ts';

/** What a machine sends from one of its addresses to another goes by `lo`, through OUTPUT and INPUT. */
const lab = createLab();
const [server, other] = [lab.host('server'), lab.host('other')];
const folder = mkdtempSync(path.join(tmpdir(), 'vwaudit-own-addresses-'));
const RULES = `table inet t {
  chain i { type filter hook input priority 0; policy drop; iif "lo" tcp dport { 102, 10100 } accept; ct state established accept; }
  chain o { type filter hook output priority 0; policy accept; oifname "lo" tcp dport 10100 drop; }
}
`;

let file = '';
beforeAll(async () => {
  lab.cable(server, ['10.20.0.11/24', '10.40.0.11/24', 'fd20::11/64', 'fd40::11/64'], other, [
    '10.20.0.12/24',
  ]);
  server.must(['nft', '-f', '-'], { input: RULES });
  file = path.join(folder, 'machine.json');
  writeFileSync(file, await collectOn(server));
});

afterAll(() => {
  lab.close();
  rmSync(folder, { recursive: true });
});

test.each([
  ['10.40.0.11', '10.20.0.11', 102, 'allowed'],
  ['10.40.0.11', '10.20.0.11', 10_100, 'blocked'],
  ['10.40.0.11', '10.20.0.11', 10_101, 'blocked'],
  ['10.20.0.11', '10.20.0.11', 102, 'allowed'],
  ['fd40::11', 'fd20::11', 102, 'allowed'],
  ['fd40::11', 'fd20::11', 10_101, 'blocked'],
] as const)('%s > %s:%i is %s', async (from, to, port, result) => {
  const CONNECT = `const socket = require('net').connect({ host: '${to}', port: ${port}, localAddress: '${from}' });
socket.setTimeout(1500, () => { console.log('silent'); socket.destroy(); });
socket.on('error', ({ code }) => console.log(code));`;
  expect(server.must(['node', '-e', CONNECT]).trim()).toBe(result === 'allowed' ? 'ECONNREFUSED' : 'silent');
  const [source, aim] = from.includes(':') ? [`[${from}]`, `[${to}]`] : [from, to];
  for (const hook of ['input', 'output']) {
    const { stdout } = await runInProcess([
      ...['trace', file, '--hook', hook, '--json', '--quiet'],
      ...['--packet', `tcp ${source}:40000 > ${aim}:${port}`],
    ]);
    const { packets } = JSON.parse(stdout) as TraceReport;
    expect(`${hook} ${packets[0]?.result} ${packets[0]?.reason?.code}`).toBe(`${hook} ${result} undefined`);
  }
});
