// A whole site: 64 hosts × 8 instances (1,728 flows), a quarter of them silent. Beside the floor that silence sets, and beside
// nmap with the same patience. Runs inside private namespaces (`npm run bench` provides them).
import path from 'node:path';
import { createLab } from '../test/kernel/lab/lab.ts';

const ENTRY = path.join(import.meta.dirname, '..', 'bin', 'run.js');
const HOSTS = Array.from({ length: 64 }, (_, index) => `10.0.1.${index + 1}`);
const TCP = '102,103,10100-10107,10301-10308';
const UDP = '10100,10200-10207';
/** 7 of the 27 ports of each host. */
const SILENT = { tcp: '10104:10107', udp: '10205:10207' };
const SILENT_FLOWS = 7 * HOSTS.length;
/** Loaded into the measured process: prints its peak memory in KiB when it ends. */
const MEMORY = `data:text/javascript,process.on('exit',()=>console.error('rss='+process.resourceUsage().maxRSS))`;

const lab = createLab();
const [client, servers] = [lab.host('client'), lab.host('servers')];
lab.cable(client, ['10.0.0.1/16'], servers, ['10.0.0.2/16']);
for (const host of HOSTS) servers.must(['ip', 'addr', 'add', `${host}/16`, 'dev', 'v1b']);
// As 64 machines would: each host has a kernel, and so an ICMP limit, of its own.
servers.must([
  'sysctl',
  '-qw',
  'net.ipv4.icmp_ratelimit=0',
  'net.ipv4.icmp_msgs_per_sec=100000',
  'net.ipv4.icmp_msgs_burst=100000',
]);
for (const transport of ['tcp', 'udp'] as const) {
  servers.must([
    'iptables',
    '-A',
    'INPUT',
    '-p',
    transport,
    '-m',
    'multiport',
    '--dports',
    SILENT[transport],
    '-j',
    'DROP',
  ]);
}
const listeners = servers.spawn([
  'node',
  '-e',
  `const net = require('net'), http = require('http'); let open = 0;
   const up = () => { if (++open === 14) console.log('ready'); };
   for (const p of [102, 103, 10100, 10101, 10102, 10103]) net.createServer((s) => { s.on('error', () => {}); }).listen(p, up);
   for (let p = 10301; p <= 10308; p++) http.createServer((q, r) => r.end('ok')).listen(p, up);`,
]);
await new Promise((resolve) => listeners.stdout.once('data', resolve));

try {
  const hosts = HOSTS.flatMap((host) => ['--host', host]);
  for (const concurrency of [1024, 128]) {
    const argv = ['check', '-i', '8', ...hosts, '--concurrency', `${concurrency}`, '--no-extra', '--json'];
    const ours = run(['node', '--import', MEMORY, ENTRY, ...argv]);
    const { flows, summary } = JSON.parse(ours.stdout) as { flows: unknown[]; summary: object };
    const floor = Math.max(2.4, (SILENT_FLOWS * 2 * 1.2) / concurrency);
    const megabytes = Number(/rss=(\d+)/.exec(ours.stderr)?.[1] ?? 0) / 1024;
    console.log(
      `check, concurrency ${concurrency}: ${flows.length} flows ${JSON.stringify(summary)} in ${ours.seconds.toFixed(2)} s, ` +
        `floor ${floor.toFixed(2)} s, ratio ${(ours.seconds / floor).toFixed(2)} (≤ 1.5), ${megabytes.toFixed(0)} MB (< 200)`,
    );
    if (concurrency === 1024) {
      const patience = [
        '--initial-rtt-timeout',
        '1200ms',
        '--min-rtt-timeout',
        '1200ms',
        '--max-rtt-timeout',
        '1200ms',
        '--max-retries',
        '1',
      ];
      const nmap = run(['nmap', '-sT', '-sU', '-Pn', '-n', ...patience, '-p', `T:${TCP},U:${UDP}`, ...HOSTS]);
      const ratio = ours.seconds / nmap.seconds;
      console.log(
        `nmap with the same patience: ${nmap.seconds.toFixed(2)} s, ratio ${ratio.toFixed(2)} (< 1)${ratio < 1 ? '' : '  MISSED'}`,
      );
    }
  }
} finally {
  listeners.kill('SIGKILL');
  lab.close();
}

function run(command: readonly string[]): {
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
} {
  const start = performance.now();
  const { stdout, stderr } = client.run(command, { env: { NODE_EXTRA_CA_CERTS: '' } });
  return { stdout, stderr, seconds: (performance.now() - start) / 1000 };
}
