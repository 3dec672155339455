import {
  boundsUpTo,
  intersect,
  subtract,
  union,
  type Bound,
  type IntervalSet,
} from '../../net/interval-set.ts';
import type { Peers } from './extent.ts';

/**
 * The peers still on their way through a chain: a set that rules take pieces out of. A chain of a hundred thousand
 * rules cuts it into as many pieces, so it is kept in short sorted chunks: a cut moves one chunk, not the whole set.
 */
export interface Remaining {
  chunks: Bound[][];
  /** Grows with every change. */
  version: number;
  /** The version that was sent whole each way already: rule after rule that only may match would send it again. */
  readonly sent: { accept: number; drop: number };
}

const CHUNK_BOUNDS = 512;

export function remaining(set: IntervalSet): Remaining {
  return { chunks: chunksOf(set), version: 0, sent: { accept: -1, drop: -1 } };
}

function chunksOf(set: IntervalSet): Bound[][] {
  const chunks: Bound[][] = [];
  for (let i = 0; i < set.length; i += CHUNK_BOUNDS) chunks.push(set.slice(i, i + CHUNK_BOUNDS));
  return chunks;
}

/** Cheaper to go through all that remain once than to look for each of the peers among them. */
function areMany(peers: IntervalSet, { chunks }: Remaining): boolean {
  return peers.length > chunks.length * 16;
}

export function isUsedUp({ chunks }: Remaining): boolean {
  return chunks.length === 0;
}

export function toSet({ chunks }: Remaining): IntervalSet {
  const [first = [], ...rest] = chunks;
  return rest.length === 0 ? first : first.concat(...rest);
}

/** Those of the peers that remain; they stay. */
export function among(rest: Remaining, peers: Peers): IntervalSet {
  if (peers === 'all') return rest.chunks.length === 1 ? toSet(rest).slice() : toSet(rest);
  if (areMany(peers, rest)) return intersect(toSet(rest), peers);
  const found: Bound[] = [];
  for (let i = 0; i < peers.length; i += 2)
    findChunks(rest, at(peers, i), at(peers, i + 1), (chunk) => {
      found.push(...intersect(chunk, [at(peers, i), at(peers, i + 1)]));
    });
  return found;
}

/** Takes out those of the peers that remain and returns them. */
export function take(rest: Remaining, peers: Peers): IntervalSet {
  rest.version++;
  if (peers === 'all') {
    const all = toSet(rest);
    rest.chunks = [];
    return all;
  }
  if (areMany(peers, rest)) {
    const all = toSet(rest);
    rest.chunks = chunksOf(subtract(all, peers));
    return intersect(all, peers);
  }
  const taken: Bound[] = [];
  for (let i = 0; i < peers.length; i += 2) cut(rest, at(peers, i), at(peers, i + 1), taken);
  return taken;
}

/** Puts peers back that went elsewhere meanwhile. */
export function putBack(rest: Remaining, peers: IntervalSet): void {
  if (peers.length === 0) return;
  rest.version++;
  rest.chunks = chunksOf(union(toSet(rest), peers));
}

function cut(rest: Remaining, from: Bound, to: Bound, taken: Bound[]): void {
  let emptied = 0;
  const start = findChunks(rest, from, to, (chunk) => {
    cutChunk(chunk, from, to, taken);
    if (chunk.length === 0) emptied += 1;
  });
  if (emptied > 0) rest.chunks = rest.chunks.filter((chunk) => chunk.length > 0);
  const first = rest.chunks[start];
  if (first !== undefined && first.length > 2 * CHUNK_BOUNDS)
    rest.chunks.splice(start, 1, first.slice(0, CHUNK_BOUNDS), first.slice(CHUNK_BOUNDS));
}

/** Visits the chunks that may share something with [from, to) and tells the index of the first. */
function findChunks({ chunks }: Remaining, from: Bound, to: Bound, visit: (chunk: Bound[]) => void): number {
  let low = 0;
  let high = chunks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((chunks[middle]?.at(-1) ?? 0) <= from) low = middle + 1;
    else high = middle;
  }
  for (let i = low; i < chunks.length; i++) {
    const chunk = chunks[i] ?? [];
    if (chunk.length > 0 && at(chunk, 0) >= to) break;
    visit(chunk);
  }
  return low;
}

function cutChunk(chunk: Bound[], from: Bound, to: Bound, taken: Bound[]): void {
  const first = boundsUpTo(chunk, from);
  const below = boundsBelow(chunk, to);
  const last = (below & 1) === 1 && chunk[below] === to ? below + 1 : below;
  const startsInside = (first & 1) === 1;
  const endsInside = (last & 1) === 1;
  if (first >= last && !startsInside) return;
  if (startsInside) taken.push(from);
  for (let i = first; i < last; i++) taken.push(at(chunk, i));
  if (endsInside) taken.push(to);
  const stays: Bound[] = [];
  if (startsInside && at(chunk, first - 1) < from) stays.push(from);
  if (endsInside) stays.push(to);
  const removeFrom = startsInside && at(chunk, first - 1) === from ? first - 1 : first;
  chunk.splice(removeFrom, last - removeFrom, ...stays);
}

/** How many bounds are below the value. */
function boundsBelow(chunk: readonly Bound[], value: Bound): number {
  const upTo = boundsUpTo(chunk, value);
  return upTo > 0 && at(chunk, upTo - 1) === value ? upTo - 1 : upTo;
}

function at(set: readonly Bound[], index: number): Bound {
  return set[index] ?? 0;
}
