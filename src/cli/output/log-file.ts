import { randomBytes } from 'node:crypto';
import { closeSync, openSync, realpathSync, renameSync, rmSync, statSync, type Stats } from 'node:fs';
import path from 'node:path';
import { InputError } from '../../input-error.ts';
import type { LineOutput } from './line-output.ts';
import { unwritable, writeWhole } from './output.ts';

/**
 * A file that others may read while it is written: it takes its name with its first line, in place of an older file, and
 * every line is written in one piece.
 * @throws InputError when it can't be written
 */
export function logFile(file: string): LineOutput {
  const { fd, publish, discard } = open(file);
  const broken = new AbortController();
  let isPublished = false;
  return {
    broken: broken.signal,
    write(line) {
      if (broken.signal.aborted) return false;
      try {
        writeWhole({ fd }, `${line}\n`);
        if (!isPublished) publish();
        isPublished = true;
      } catch (error) {
        broken.abort(error);
      }
      return !broken.signal.aborted;
    },
    end() {
      closeSync(fd);
      if (!isPublished) discard();
      return broken.signal.aborted ? Promise.reject(unwritable(broken.signal.reason)) : Promise.resolve();
    },
  };
}

interface OpenLog {
  readonly fd: number;
  readonly publish: () => void;
  readonly discard: () => void;
}

function open(file: string): OpenLog {
  try {
    const there = statOf(file);
    // A rename would put a file in the place of a device or a pipe.
    if (there !== undefined && !there.isFile())
      return { fd: openSync(file, 'w'), publish: () => undefined, discard: () => undefined };
    const target = there === undefined ? file : realpathSync(file);
    const name = `.${path.basename(target)}.${randomBytes(6).toString('hex')}.tmp`;
    const temporary = path.join(path.dirname(target), name);
    return {
      fd: openSync(temporary, 'wx', there === undefined ? 0o666 : there.mode & 0o777),
      publish: () => {
        renameSync(temporary, target);
      },
      discard: () => {
        rmSync(temporary, { force: true });
      },
    };
  } catch (error) {
    throw new InputError({
      code: 'unwritable-file',
      message: `--out: "${file}" can't be written (${error instanceof Error ? error.message : String(error)})`,
      value: file,
      fix: 'give a file in a folder you may write to',
    });
  }
}

function statOf(file: string): Stats | undefined {
  return statSync(file, { throwIfNoEntry: false });
}
