// `npm run bench`: every benchmark in this folder (or those named), side by side with its rival in one run, inside private
// namespaces. Ratios are what counts; absolute times are this machine's today. Needs nmap, iptables and iproute2.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';

const here = import.meta.dirname;
const wanted = process.argv.slice(2);
const all = readdirSync(here).filter((file) => file.endsWith('.ts') && !file.endsWith('-runner.ts'));
const inside = ['sh', '-c', 'mount -t tmpfs tmpfs /run && mkdir -p /run/netns && exec "$@"', 'sh'];
const user = process.getuid?.() === 0 ? [] : ['--map-root-user'];

for (const file of all.filter((name) => wanted.length === 0 || wanted.some((word) => name.includes(word)))) {
  console.log(`\n${file}`);
  const command = [
    ...user,
    '--net',
    '--mount',
    ...inside,
    process.execPath,
    '--import',
    'tsx',
    path.join(here, file),
  ];
  const { status } = spawnSync('unshare', command, { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
