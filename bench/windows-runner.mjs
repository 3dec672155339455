// One command in a process that has loaded every file of the program and run none of them; what the command takes of the processor
// is printed when it ends.
import { readdirSync } from 'node:fs';
import path from 'node:path';

const root = path.dirname(import.meta.dirname);
const dist = path.join(root, 'dist');
const files = readdirSync(dist, { recursive: true }).filter((file) => /^[^.].*\.js$/.test(file));
for (const file of files) await import(path.join(dist, file));
const { main } = await import(path.join(dist, 'cli', 'main.js'));
const before = process.cpuUsage();
process.on('exit', () => {
  const { user, system } = process.cpuUsage(before);
  console.error(`cpu=${user + system}`);
});
await main(process.argv.slice(2), { root });
