import { errnoOf } from '../../errno.ts';
import { EXIT } from '../exit/exit-code.ts';
import { isFile, unwritable, writeWhole, type StandardStream } from './output.ts';

/** Lines on a stream for as long as somebody reads them. */
export interface LineOutput {
  /** False, and nothing written, while the reader is behind by a megabyte; `must`: written nevertheless. */
  write(line: string, must?: boolean): boolean;
  /** Aborted when nobody can read any more: the reader is gone, or the disk is full. */
  readonly broken: AbortSignal;
  /**
   * Waits until all is read; from a reader who has stopped reading it exits the program after a while.
   * @throws InputError when the output could not be written; a reader who left is no error
   */
  end(): Promise<void>;
}

const MAX_BACKLOG_BYTES = 1024 * 1024;

const FLUSH_MS = 2_000;

export function lineOutput(stream: StandardStream): LineOutput {
  const broken = new AbortController();
  stream.on('error', (error: NodeJS.ErrnoException) => {
    broken.abort(error);
  });
  const isWrittenAtOnce = isFile(stream);
  return {
    broken: broken.signal,
    write(line, must = false) {
      if (isWrittenAtOnce) return writeAtOnce(stream, line, broken);
      if (broken.signal.aborted || (!must && stream.writableLength > MAX_BACKLOG_BYTES)) return false;
      stream.write(`${line}\n`);
      return true;
    },
    async end() {
      await flushed(stream, broken.signal);
      const error: unknown = broken.signal.reason;
      if (broken.signal.aborted && !isReaderGone(error)) throw unwritable(error);
    },
  };
}

function writeAtOnce(stream: StandardStream, line: string, broken: AbortController): boolean {
  if (broken.signal.aborted) return false;
  try {
    writeWhole(stream, `${line}\n`);
  } catch (error) {
    broken.abort(error);
  }
  return !broken.signal.aborted;
}

function flushed(stream: StandardStream, broken: AbortSignal): Promise<void> {
  if (broken.aborted) return Promise.resolve();
  return new Promise((done) => {
    // A write that nobody takes would keep the process alive for ever.
    const timer = setTimeout(() => process.exit(EXIT.ok), FLUSH_MS);
    stream.write('', () => {
      clearTimeout(timer);
      done();
    });
  });
}

function isReaderGone(error: unknown): boolean {
  return errnoOf(error) === 'EPIPE';
}
