import { fstatSync, writeSync } from 'node:fs';
import { InputError } from '../../input-error.ts';

/** Stdout or stderr. */
export type StandardStream = typeof process.stdout | typeof process.stderr;

/**
 * Writes to stdout and waits until it is accepted; a reader that has gone (`| head`) is not an error.
 * @throws InputError when not all of it can be written: the disk is full
 */
export function writeStdout(text: string): Promise<void> {
  return write(process.stdout, text);
}

/** As {@link writeStdout}, for progress, notices and errors; where nobody can read them, nothing is written. */
export async function writeStderr(text: string): Promise<void> {
  await write(process.stderr, text).catch(() => undefined);
}

async function write(stream: StandardStream, text: string): Promise<void> {
  if (text === '') return;
  try {
    if (isFile(stream)) writeWhole(stream, text);
    else await send(stream, text);
  } catch (error) {
    throw unwritable(error);
  }
}

/** A file or device, which takes what it is given at once, or says why not. */
export function isFile({ fd, isTTY }: StandardStream): boolean {
  if (isTTY) return false;
  try {
    const stats = fstatSync(fd);
    return stats.isFile() || stats.isCharacterDevice();
  } catch {
    return false;
  }
}

/** Writes all or throws the system's error: Node's own stream for files passes over what a full disk did not take. */
export function writeWhole({ fd }: { readonly fd: number }, text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length;) written += writeSync(fd, bytes, written);
}

/** Stdout can't be written, which is nobody's bug. */
export function unwritable(error: unknown): InputError {
  const why = error instanceof Error ? error.message : String(error);
  return new InputError({
    code: 'unwritable-output',
    message: `the output can't be written (${why})`,
    fix: 'make room where it goes, or send it elsewhere',
  });
}

function send(stream: StandardStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      if (error.code === 'EPIPE') resolve();
      else reject(error);
    };
    stream.once('error', onError);
    stream.write(text, (error) => {
      if (error) return; // 'error' follows and decides
      stream.off('error', onError);
      resolve();
    });
  });
}
