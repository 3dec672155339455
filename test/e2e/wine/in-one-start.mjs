// Under Wine a start takes long: runs all command lines of a file of JSON in one, and writes their results beside it.
import { readFileSync, writeFileSync } from 'node:fs';
import { runMain } from '../run-main.mjs';

const file = process.argv[2];
const results = [];
for (const command of JSON.parse(readFileSync(file, 'utf8'))) {
  const { code, stdout, stderr } = await runMain(command);
  results.push({ code, stdout, stderr });
}
writeFileSync(`${file}.results`, JSON.stringify(results));
process.exitCode = 0;
