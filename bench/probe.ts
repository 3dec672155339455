// The probe engine beside nmap's connect scan: 20,000 TCP ports of one host that are open, closed, silent.
// Runs inside private namespaces (`npm run bench` provides them).
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createLab, type LabHost } from '../test/kernel/lab/lab.ts';

const FIRST = 20_000;
const PORTS = 20_000;
const LISTENERS = 4;
const ROUNDS = 9;

const lab = createLab();
const client = lab.host('client');
const target = lab.host('target');
lab.cable(client, ['10.0.0.1/24'], target, ['10.0.0.2/24']);

console.log('20,000 TCP ports, seconds (medians of 9, silent: 1)    vwaudit   nmap -sT   ratio   target');
try {
  const silent = ['iptables', '-A', 'INPUT', '-p', 'tcp', '-j', 'DROP'];
  report('closed', 2.7, ROUNDS, { timeoutMs: 1200, retries: 1, concurrency: 1024 }, ['-T5']);
  const listeners = await listen(target);
  // Each is watched for what follows its handshake, which a connect scan does not do.
  report('open', 12, ROUNDS, { timeoutMs: 1200, retries: 1, concurrency: 1024, greetingMs: 0 }, ['-T5']);
  for (const listener of listeners) listener.kill('SIGKILL');
  target.must(silent);
  const patient = { timeoutMs: 1000, retries: 0, concurrency: 19_000, hostDownMs: 0 };
  report('silent, 1 s, no retry', 0.3, 1, patient, ['-T5']);
} finally {
  lab.close();
}

function report(
  name: string,
  goal: number,
  rounds: number,
  options: object,
  nmapOptions: readonly string[],
): void {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(vwaudit(options));
    theirs.push(nmap(nmapOptions));
  }
  const [a, b] = [median(ours), median(theirs)];
  // Of each pair, since both meet the same load of the machine.
  const ratio = median(ours.map((time, index) => time / (theirs[index] ?? NaN)));
  const columns = [a.toFixed(2), b.toFixed(2), ratio.toFixed(2), `≤ ${goal}`].map((text) => text.padStart(9));
  console.log(`${name.padEnd(54)}${columns.join(' ')} ${ratio <= goal ? '' : '  MISSED'}`);
}

function vwaudit(options: object): number {
  const range = { address: '10.0.0.2', first: FIRST, count: PORTS };
  const runner = path.join(import.meta.dirname, 'probe-runner.mjs');
  const out = client.must(['node', runner, JSON.stringify({ range, options })]);
  return (JSON.parse(out) as { elapsedMs: number }).elapsedMs / 1000;
}

function nmap(options: readonly string[]): number {
  const startedAt = performance.now();
  const range = `-p${FIRST}-${FIRST + PORTS - 1}`;
  client.must(['nmap', '-sT', ...options, '-n', '-Pn', '--min-rate', '100000', range, '10.0.0.2']);
  return (performance.now() - startedAt) / 1000;
}

/** Holds every port, in several processes because of the descriptor limit, and stops them: the kernel accepts alone. */
async function listen(host: LabHost): Promise<ReturnType<LabHost['spawn']>[]> {
  const count = PORTS / LISTENERS;
  const processes = Array.from({ length: LISTENERS }, (_, index) => {
    const first = FIRST + index * count;
    const script = `
      let open = 0;
      for (let p = ${first}; p < ${first + count}; p++)
        require('net').createServer().listen(p, '10.0.0.2', () => ++open === ${count} && console.log('ready'));`;
    return host.spawn(['node', '-e', script]);
  });
  for (const { stdout } of processes) await once(stdout, 'data');
  for (const { pid } of processes) spawnSync('kill', ['-STOP', String(pid)]);
  return processes;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}
