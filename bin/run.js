#!/usr/bin/env node
import path from 'node:path';

const root = path.dirname(import.meta.dirname);
const argv = process.argv.slice(2);
const main = await import('../dist/cli/main.js').then((built) => built.main, refuseIncomplete);
await main?.(argv, { root });

/** A clone before `npm ci`: nothing is built, or what the program needs is not installed. Exit 70, as for every fault of the program. */
function refuseIncomplete(error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  const isBuilt = error.message.startsWith('Cannot find package');
  const message = isBuilt ? 'the packages it needs are not installed' : 'this copy is not built';
  const fix = `run npm ci in ${JSON.stringify(root)}`;
  const problem = { code: 'not-built', message, value: null, fix, file: null, line: null, column: null };
  process.exitCode = 70;
  const end = argv.indexOf('--');
  if (argv.slice(0, end < 0 ? undefined : end).includes('--json'))
    process.stdout.write(`${JSON.stringify({ schemaVersion: 1, kind: 'error', error: problem }, null, 2)}\n`);
  else process.stderr.write(`vwaudit: ${message}; ${fix}\n`);
}
