import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { freeOffset } from './free-ports.ts';

const ENTRY = path.join(import.meta.dirname, '..', '..', 'bin', 'run.js');

/** Runs the program under a shell, whose redirections and limits are the point here. */
function shell(script: string): { readonly status: number | null; readonly stderr: string } {
  const argv = ['-c', script, 'sh', process.execPath, ENTRY];
  return spawnSync('sh', argv, { encoding: 'utf8', timeout: 240_000 });
}

// What a full disk does not take is an error that says so, never a shorter report.
describe.runIf(existsSync('/dev/full'))('where stdout takes nothing more', () => {
  test.each([
    ['text', '"$@" ports > /dev/full'],
    ['JSON', '"$@" ports --json > /dev/full'],
    ['an error as JSON', '"$@" ports --instances 0 --json > /dev/full'],
    ['one line a contact', '"$@" listen --instances 1 --port-offset OFFSET --for 5s > /dev/full'],
  ])('%s', async (_, script) => {
    const { status, stderr } = shell(script.replace('OFFSET', `${await freeOffset()}`));
    expect(status).toBe(2);
    expect(stderr).toMatch(/^vwaudit: .*(?:can't be written \(ENOSPC|instances)[^\n]*$/m);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  test('a part is not taken for the whole', () => {
    const script = `
      folder=$(mktemp -d); trap "" XFSZ; ulimit -f 8
      "$@" ports --instances 200 --json > "$folder/report.json"; code=$?
      rm -r "$folder"; exit $code`;
    const { status, stderr } = shell(script);
    expect(status).toBe(2);
    expect(stderr).toContain("the output can't be written (EFBIG");
  });

  test('on stderr: the exit code still tells', () => {
    expect(shell('"$@" ports --instances 0 2> /dev/full').status).toBe(2);
  });
});
