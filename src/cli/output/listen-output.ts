import type { ListenRecord } from '../../responder/log/listen-log.ts';
import { contactLines } from './contact-lines.ts';
import { lineOutput, type LineOutput } from './line-output.ts';
import { logFile } from './log-file.ts';
import { widthOf } from './style.ts';

/** Where the records of `vwaudit listen` go. */
export interface ListenOutput {
  /** False while a log has no room for it. */
  readonly log: (record: ListenRecord) => boolean;
  /** Aborted when one of them takes nothing any more. */
  readonly broken: readonly AbortSignal[];
  end(): Promise<void>;
}

interface OutputFlags {
  readonly out: string | undefined;
  readonly json: boolean;
}

/**
 * The log goes to `--out`, or else to stdout. A terminal shows contacts in lines for a person instead, unless JSON is wanted
 * there.
 * @throws InputError when `--out` can't be written
 */
export function listenOutput({ out, json }: OutputFlags): ListenOutput {
  const isWatched = process.stdout.isTTY && !json;
  const file = out === undefined ? [] : [logFile(out)];
  const stdout = isWatched || json || out === undefined ? [lineOutput(process.stdout)] : [];
  const logs: readonly LineOutput[] = isWatched ? file : [...file, ...stdout];
  const contacts = isWatched
    ? contactLines((line) => stdout[0]?.write(line), widthOf(process.stdout))
    : undefined;
  return {
    broken: [...file, ...stdout].map(({ broken }) => broken),
    log: (record) => {
      if (record.kind === 'contact') contacts?.add(record);
      const text = logs.length === 0 ? '' : JSON.stringify(record);
      return logs.map((log) => log.write(text, MUST.has(record.kind))).every(Boolean);
    },
    async end() {
      contacts?.end();
      for (const output of [...file, ...stdout]) await output.end();
    },
  };
}

/** Lines without which the others mean nothing. */
const MUST: ReadonlySet<string> = new Set(['listen', 'summary']);
