#!/usr/bin/env node
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';

/** Fewer descriptors than this, and the program can't load its own files. */
const LEAST_DESCRIPTORS = 32;

const root = path.dirname(import.meta.dirname);
const argv = process.argv.slice(2);
if (!maySpare(LEAST_DESCRIPTORS)) refuseDescriptors();
else {
  const main = await import('../dist/cli/main.js').then((built) => built.main, refuseIncomplete);
  await main?.(argv, { root });
}

/** Whether so many files could be opened now. */
function maySpare(count) {
  const open = [];
  try {
    while (open.length < count) open.push(openSync(import.meta.filename, 'r'));
    return true;
  } catch (error) {
    return error.code !== 'EMFILE' && error.code !== 'ENFILE';
  } finally {
    for (const descriptor of open) closeSync(descriptor);
  }
}

/** Exit 2: it is the caller's to change. */
function refuseDescriptors() {
  const message = 'too few file descriptors for this process';
  refuse(2, 'too-few-descriptors', message, 'raise the descriptor limit, for example with "ulimit -n 1024"');
}

/** A clone before `npm ci`: nothing is built, or what the program needs is not installed. Exit 70, as for every fault of the program. */
function refuseIncomplete(error) {
  if (error.code === 'EMFILE' || error.code === 'ENFILE') return refuseDescriptors();
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  const isBuilt = error.message.startsWith('Cannot find package');
  const message = isBuilt ? 'the packages it needs are not installed' : 'this copy is not built';
  refuse(70, 'not-built', message, `run npm ci in ${JSON.stringify(root)}`);
}

/** As every error of the program is reported: one line, or one JSON document. */
function refuse(exitCode, code, message, fix) {
  const problem = { code, message, value: null, fix, file: null, line: null, column: null };
  process.exitCode = exitCode;
  const end = argv.indexOf('--');
  if (argv.slice(0, end < 0 ? undefined : end).includes('--json'))
    process.stdout.write(`${JSON.stringify({ schemaVersion: 1, kind: 'error', error: problem }, null, 2)}\n`);
  else process.stderr.write(`vwaudit: ${message}; ${fix}\n`);
}
