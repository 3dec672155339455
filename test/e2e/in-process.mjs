// The child of in-process.ts: runs the built program for one command line after the other, each with a folder, environment and
// standard input of its own, and answers what it wrote, its exit code and the processor time it took.
import path from 'node:path';
import { Readable } from 'node:stream';
import { main } from '../../dist/cli/main.js';

const root = path.join(import.meta.dirname, '..', '..', 'bin');
const ENV = { ...process.env };

let written = { stdout: '', stderr: '' };
for (const name of ['stdout', 'stderr']) {
  process[name].write = (chunk, encoding, done = encoding) => {
    written[name] += chunk;
    if (typeof done === 'function') done();
    return true;
  };
}

process.on('message', async ({ argv, cwd, env, input }) => {
  written = { stdout: '', stderr: '' };
  process.exitCode = undefined;
  process.chdir(cwd);
  process.env = { ...ENV, ...env };
  const value = Readable.from(input === '' ? [] : [Buffer.from(input)]);
  Object.defineProperty(process, 'stdin', { value, configurable: true });
  const before = process.cpuUsage();
  await main(argv, { root });
  const { user, system } = process.cpuUsage(before);
  process.send({ code: process.exitCode ?? 0, ...written, cpuSeconds: (user + system) / 1e6 });
});
process.on('disconnect', () => process.exit());
