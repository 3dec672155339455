// `npm run soak`: what takes too long for every run. In private namespaces: the stand-in under fire, kill loops, ten
// minutes of broken rulesets, of mangled listings, and as long the kernel against the evaluator. `npm run soak -- fuzz 30 SEED`: only those whose file is named so, with these arguments.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { inPrivateNamespaces } from '../private-namespaces.mjs';

const here = import.meta.dirname;
const [filter = '', ...args] = process.argv.slice(2);
const soaks = [
  { file: 'listen-hostile.ts', isPrivate: true },
  { file: 'listen-kill.ts', isPrivate: false },
  { file: 'fuzz-rulesets.ts', isPrivate: true },
  { file: 'mangled.ts', isPrivate: false },
  { file: 'differential.ts', isPrivate: false },
];

for (const { file, isPrivate } of soaks.filter((soak) => soak.file.includes(filter))) {
  console.log(`\n${file}`);
  const command = [process.execPath, '--import', 'tsx', path.join(here, file), ...args];
  const [program, ...rest] = isPrivate ? [...inPrivateNamespaces, ...command] : command;
  const { status } = spawnSync(program, rest, { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
