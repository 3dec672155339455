// Runs the built program in this process for one command line after the other.
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

/**
 * Runs one command line with a folder, environment and standard input of its own.
 * @returns what it wrote, its exit code and the processor time it took in seconds
 */
export async function runMain({ argv, cwd, env = {}, input = '' }) {
  written = { stdout: '', stderr: '' };
  process.exitCode = undefined;
  process.chdir(cwd);
  process.env = { ...ENV, ...env };
  const value = Readable.from(input === '' ? [] : [Buffer.from(input)]);
  Object.defineProperty(process, 'stdin', { value, configurable: true });
  const before = process.cpuUsage();
  await main(argv, { root });
  const { user, system } = process.cpuUsage(before);
  return { code: process.exitCode ?? 0, ...written, cpuSeconds: (user + system) / 1e6 };
}
