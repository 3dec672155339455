// `npm run test:decided -- FOLDER`: audits every ruleset of a folder for one site, and prints which share of the flows is answered how.
// Of a file gateway-… what it forwards is asked about. Without FOLDER: the rulesets beside this file.
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const [folder = path.join(import.meta.dirname, 'decided')] = process.argv.slice(2);
const run = path.join(import.meta.dirname, '../../bin/run.js');
const site = ['-i', '4', '--host', '10.20.0.11', '--allow', 'client=10.30.0.0/16'];
const counts = new Map();
const reasons = new Map();
const add = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);
const names = readdirSync(folder, { recursive: true }).filter((name) => /save|\.rules$|\.nft$/.test(name));
for (const name of names) {
  const report = await audit(path.join(folder, name));
  if (report === null) continue;
  for (const { proof } of report.flows) {
    add(counts, proof.result);
    if (proof.result !== 'undecided') continue;
    const open = proof.trace.find(({ effect }) => effect === 'undecided');
    add(reasons, open?.why ?? proof.why ?? 'no rule is open');
  }
}
const all = [...counts.values()].reduce((sum, one) => sum + one, 0);
for (const [map, title] of [
  [counts, `${all} flows of ${names.length} files`],
  [reasons, 'undecided because it'],
]) {
  console.log(`\n${title}`);
  for (const [key, count] of [...map].sort((a, b) => b[1] - a[1]))
    console.log(`${String(count).padStart(7)} ${((100 * count) / all).toFixed(1).padStart(5)} %  ${key}`);
}

/** Null, and a line, for what is no ruleset of this hook. */
async function audit(file) {
  const hook = path.basename(file).startsWith('gateway-') ? ['--hook', 'forward'] : [];
  const args = [run, 'audit', file, ...site, ...hook, '--json'];
  const shown = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 28 }).catch(
    (error) => error,
  );
  try {
    const report = JSON.parse(shown.stdout);
    if (report.kind === 'audit') return report;
  } catch {
    // What it says is on stderr.
  }
  console.log(`${file}: ${String(shown.stderr).trim().split('\n')[0]}`);
  return null;
}
