// `vwaudit check` of the 15 endpoints beside nmap on the same ports, and `vwaudit ports` beside an empty Node, whole processes.
// Runs inside private namespaces (`npm run bench` provides them).
import path from 'node:path';
import { createLab, type LabHost } from '../test/kernel/lab/lab.ts';

const ENTRY = path.join(import.meta.dirname, '..', 'bin', 'run.js');
const ROUNDS = 9;
const TARGET = '10.0.0.2';
const NMAP_PORTS = 'T:102,103,10100-10103,10301-10304,U:10100,10200-10203';
/** Some environments make every Node start slower; that says nothing about this program. */
const ENV = { NODE_EXTRA_CA_CERTS: '' };

const lab = createLab();
const [client, server] = [lab.host('client'), lab.host('server')];
lab.cable(client, ['10.0.0.1/24'], server, [`${TARGET}/24`]);
const listeners = server.spawn([
  'node',
  '-e',
  `const net = require('net'); let n = 0;
   for (const p of [102, 10101]) net.createServer((s) => s.on("error", () => {})).listen(p, () => { if (++n === 2) console.log('ready'); });`,
]);
await new Promise((resolve) => listeners.stdout.once('data', resolve));

try {
  console.log('whole processes, seconds (median)                       vwaudit     other   ratio   target');
  const check = ['node', ENTRY, 'check', '-i', '4', '--host', TARGET, '--json'];
  const nmap = ['nmap', '-sT', '-sU', '-Pn', '-n', '-p', NMAP_PORTS, TARGET];
  compare(
    'ports --instances 4, beside node -e 0',
    ['node', ENTRY, 'ports', '-i', '4'],
    ['node', '-e', '0'],
    null,
  );
  compare('check, nobody listens on 13, beside nmap', check, nmap, 1.1, 3);
  for (const transport of ['tcp', 'udp']) {
    const ports = '103,10100,10102:10304';
    server.must([
      'iptables',
      '-A',
      'INPUT',
      '-p',
      transport,
      '-m',
      'multiport',
      '--dports',
      ports,
      '-j',
      'DROP',
    ]);
  }
  const silent = compare('check, 2 answer and 13 are dropped, beside nmap', check, nmap, 1.1);
  const limit = 2 * 1.2 + 0.5;
  console.log(
    `  of which the bound is (retries + 1) × timeout + 0.5 s = ${limit} s: ${silent <= limit ? 'kept' : 'MISSED'}`,
  );
} finally {
  listeners.kill('SIGKILL');
  lab.close();
}

/** In turn, so that a slow moment of the machine meets both. @returns the median of ours, in seconds */
function compare(
  name: string,
  ours: readonly string[],
  other: readonly string[],
  goal: number | null,
  rounds = ROUNDS,
): number {
  const times = Array.from({ length: rounds }, () => ({
    a: seconds(client, ours),
    b: seconds(client, other),
  }));
  const [a, b, ratio] = [
    times.map((time) => time.a),
    times.map((time) => time.b),
    times.map((time) => time.a / time.b),
  ].map(median);
  const columns = [
    (a ?? 0).toFixed(2),
    (b ?? 0).toFixed(2),
    (ratio ?? 0).toFixed(2),
    goal === null ? '' : `≤ ${goal}`,
  ];
  const isMissed = goal !== null && (ratio ?? 0) > goal;
  console.log(
    `${name.padEnd(54)}${columns.map((text) => text.padStart(9)).join(' ')}${isMissed ? '  MISSED' : ''}`,
  );
  return a ?? 0;
}

function seconds(host: LabHost, command: readonly string[]): number {
  const start = performance.now();
  host.run(command, { env: ENV });
  return (performance.now() - start) / 1000;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
