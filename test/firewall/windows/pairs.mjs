// `npm run test:windows [PAIRS] [SEED]`: random policies and packets of Windows Defender Firewall against the naive interpreter, shared
// among the processors.
import { spawn } from 'node:child_process';
import os from 'node:os';

const [pairs = '1000000', seed = '1'] = process.argv.slice(2);
const processes = os.availableParallelism();

for (let nth = 0; nth < processes; nth++) {
  const share = { WINDOWS_PAIRS: Math.ceil(Number(pairs) / processes), WINDOWS_SEED: Number(seed) + nth };
  const file = 'test/firewall/windows/differential.test.ts';
  const child = spawn('npx', ['vitest', 'run', '--project', 'unit', file], {
    env: { ...process.env, ...share },
    stdio: 'inherit',
  });
  child.on('close', (code) => {
    if (code !== 0) process.exitCode = 1;
  });
}
