import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from './run-cli.ts';

const RUN = path.join(ROOT, 'bin', 'run.js');

function runWith(limit: number, ...argv: readonly string[]) {
  const script = `ulimit -n ${limit} && exec "$@"`;
  return spawnSync('sh', ['-c', script, 'sh', process.execPath, RUN, ...argv], { encoding: 'utf8' });
}

describe.skipIf(process.platform === 'win32')('few descriptors', () => {
  test.each([48, 40, 30, 24, 22])('ulimit -n %i is one clear error in every command', (limit) => {
    for (const command of ['check', 'ports', 'audit', 'listen']) {
      const { status, stdout, stderr } = runWith(limit, command, '--host', '127.0.0.1');
      expect([status, stdout, stderr]).toEqual([
        2,
        '',
        'vwaudit: too few file descriptors for this process; raise the descriptor limit, for example with "ulimit -n 1024"\n',
      ]);
    }
    const { status, stdout } = runWith(limit, 'ports', '--json');
    expect([status, JSON.parse(stdout)]).toMatchObject([2, { error: { code: 'too-few-descriptors' } }]);
  });

  test('a limit that is enough to load the program is enough', () => {
    expect(runWith(96, 'ports', '--json')).toMatchObject({ status: 0, stderr: '' });
  });
});
