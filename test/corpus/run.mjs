// `npm run test:corpus -- FOLDER`: the evaluator against rulesets with proved answers that are not part of this project.
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: npm run test:corpus -- FOLDER');
  process.exitCode = 2;
} else {
  const env = { ...process.env, VWAUDIT_CORPUS: path.resolve(folder) };
  const { status } = spawnSync('npx', ['vitest', 'run', '--project', 'corpus'], { stdio: 'inherit', env });
  process.exitCode = status ?? 1;
}
