import { readlinkSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { errnoOf } from '../errno.ts';

/** More links than these are a loop. */
const MAX_LINKS = 40;

/** The file that is written where this name is given: links are followed, also one whose file is not there yet. */
export function fileTarget(file: string): string {
  let name = path.resolve(file);
  for (let links = 0; links < MAX_LINKS; links += 1) {
    try {
      return realpathSync(name);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') return name;
    }
    const link = linkOf(name);
    if (link === null) return path.join(existing(path.dirname(name)), path.basename(name));
    name = path.resolve(path.dirname(name), link);
  }
  return name;
}

function linkOf(name: string): string | null {
  try {
    return readlinkSync(name);
  } catch {
    return null;
  }
}

function existing(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}

/** The open file of this process that the name stands for: 1 for `/dev/stdout`; null for any other name. */
export function descriptorOf(file: string): number | null {
  const name = path.resolve(file);
  const stream = STREAMS.indexOf(name);
  if (stream >= 0) return stream;
  const number = /^\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(name)?.[1];
  return number === undefined ? null : Number(number);
}

const STREAMS = ['/dev/stdin', '/dev/stdout', '/dev/stderr'];
