// Runs the built program for many command lines in one process, one after the other: starting it anew for each would take most
// of the time. In: a JSON array of command lines on stdin; out: what each wrote and its exit code.
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { main } from '../../dist/cli/main.js';

const told = [];
const write = process.stdout.write.bind(process.stdout);
let said = { stdout: '', stderr: '' };
for (const name of ['stdout', 'stderr']) {
  process[name].write = (chunk, encoding, done = encoding) => {
    said[name] += chunk;
    if (typeof done === 'function') done();
    return true;
  };
}

for (const argv of JSON.parse(await text(process.stdin))) {
  said = { stdout: '', stderr: '' };
  process.exitCode = undefined;
  await main(argv, { root: path.join(import.meta.dirname, '..', '..', 'bin') });
  told.push({ code: process.exitCode ?? 0, ...said });
}
process.exitCode = 0;
write(JSON.stringify(told));
