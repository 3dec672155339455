import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import path from 'node:path';
import type { ListenRecord } from '../../src/responder/log/listen-log.ts';
import type { LabHost } from './lab/lab.ts';

export const ENTRY = path.join(import.meta.dirname, '..', '..', 'bin', 'run.js');

/** `vwaudit listen`, the built program, on a host of the lab. */
export interface StandIn {
  readonly pid: number;
  /** Where it writes its log. */
  readonly file: string;
  readonly records: () => readonly ListenRecord[];
  /** Sends the signal and waits for the end; the exit code, null where the signal ended it. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>;
}

/** Starts it on a host whose cables are up, and waits until its ports are held. */
export async function standIn(host: LabHost, file: string, flags: readonly string[]): Promise<StandIn> {
  // A fresh cable has no carrier for up to a second, and without one its addresses can't be seen.
  const hasCarrier = (link: string): boolean => link.includes(' state UP ');
  const links = (): string[] => host.must(['ip', '-o', 'link', 'show', 'type', 'veth']).trim().split('\n');
  while (!links().every(hasCarrier)) await sleep(10);
  const child = host.spawn(
    ['sh', '-c', 'exec "$0" "$@" >"$FILE"', process.execPath, ENTRY, 'listen', ...flags],
    {
      env: { FILE: file },
    },
  );
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const read = (): string => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return '';
    }
  };
  while (!read().includes('\n')) {
    if (child.exitCode !== null) throw new Error(`listen ended with ${child.exitCode}: ${stderr}`);
    await sleep(20);
  }
  return {
    pid: child.pid!,
    file,
    records: () =>
      read()
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as ListenRecord),
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      child.kill(signal);
      const [code] = (await once(child, 'exit')) as [number | null];
      return code;
    },
  };
}
