// `npm run soak`: what takes too long for every run. In private namespaces: the stand-in under fire, and kill loops.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { inPrivateNamespaces } from '../private-namespaces.mjs';

const here = import.meta.dirname;

for (const file of ['listen-hostile.ts', 'listen-kill.ts']) {
  console.log(`\n${file}`);
  const isPrivate = file === 'listen-hostile.ts';
  const command = [process.execPath, '--import', 'tsx', path.join(here, file), ...process.argv.slice(2)];
  const [program, ...args] = isPrivate ? [...inPrivateNamespaces, ...command] : command;
  const { status } = spawnSync(program, args, { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
