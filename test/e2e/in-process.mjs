// The child of in-process.ts: answers each message, a command line, with what became of it.
import { runMain } from './run-main.mjs';

process.on('message', async (command) => {
  process.send(await runMain(command));
});
process.on('disconnect', () => process.exit());
