// Prints the socket table of the namespace it runs in, for the ports given as arguments.
import { formatBinding } from '../../src/sockets/binding.ts';
import { readSocketTable } from '../../src/sockets/read-socket-table.ts';
import { nodeSystem } from '../../src/system/node-system.ts';

const table = await readSocketTable(nodeSystem, process.argv.slice(2).map(Number));
const listeners = table.listeners.map((listener) => ({
  at: formatBinding(listener),
  servesBoth: listener.servesBoth,
  pid: listener.pid,
  process: listener.process,
}));
console.log(JSON.stringify({ ...table, listeners }));
