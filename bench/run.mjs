// `npm run bench`: every benchmark in this folder (or those named), side by side with its rival in one run, inside private
// namespaces. Ratios are what counts; absolute times are this machine's today. Needs nmap, iptables and iproute2.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { inPrivateNamespaces } from '../test/private-namespaces.mjs';

const here = import.meta.dirname;
const wanted = process.argv.slice(2);
const all = readdirSync(here).filter((file) => file.endsWith('.ts') && !file.endsWith('-runner.ts'));

for (const file of all.filter((name) => wanted.length === 0 || wanted.some((word) => name.includes(word)))) {
  console.log(`\n${file}`);
  const [program, ...args] = [
    ...inPrivateNamespaces,
    process.execPath,
    '--import',
    'tsx',
    path.join(here, file),
  ];
  const { status } = spawnSync(program, args, { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
