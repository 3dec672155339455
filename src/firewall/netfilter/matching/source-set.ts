import {
  boundsBelow,
  boundsUpTo,
  intersect,
  subtract,
  union,
  type Bound,
  type IntervalSet,
} from '../../../net/interval-set.ts';
import type { Peers } from './must-may.ts';

/**
 * The peers still on their way through a chain: a set that rules take pieces out of. A chain of a hundred thousand rules cuts
 * it into as many pieces, so while it is cut it is kept in short sorted chunks: a cut moves one chunk, not the whole set.
 */
export interface Remaining {
  /** The set in one piece, or null since the last cut. Shared with others, so never changed. */
  whole: IntervalSet | null;
  /** The same in chunks, or null until there is something to cut. */
  chunks: Bound[][] | null;
  /** Grows with every change. */
  version: number;
  /** The version that was sent whole each way already: rule after rule that only may match would send it again. */
  readonly sent: { accept: number; drop: number };
}

const CHUNK_BOUNDS = 512;

export function remaining(set: IntervalSet): Remaining {
  return { whole: set, chunks: null, version: 0, sent: { accept: -1, drop: -1 } };
}

export function isUsedUp({ whole, chunks }: Remaining): boolean {
  return (whole ?? chunks)?.length === 0;
}

export function toSet(rest: Remaining): IntervalSet {
  if (rest.whole !== null) return rest.whole;
  const [first = [], ...more] = rest.chunks ?? [];
  // Cutting goes on in the chunks, so even a single one is copied.
  rest.whole = first.concat(...more);
  return rest.whole;
}

/** From the lowest to behind the highest of those that remain; null where nobody does. */
export function hullOf({ whole, chunks }: Remaining): readonly [Bound, Bound] | null {
  const first = whole === null ? chunks?.[0]?.[0] : whole[0];
  const end = (whole ?? chunks?.at(-1))?.at(-1);
  return first === undefined || end === undefined ? null : [first, end];
}

/** Those of the peers that remain; they stay. */
export function among(rest: Remaining, peers: Peers): IntervalSet {
  if (peers === 'all') return toSet(rest);
  if (areMany(peers, rest)) return intersect(toSet(rest), peers);
  if (rest.whole !== null && peers.length <= 2) return intersect(rest.whole, peers);
  const found: Bound[] = [];
  for (let i = 0; i < peers.length; i += 2)
    findChunks(chunksOf(rest), at(peers, i), at(peers, i + 1), (chunk) => {
      found.push(...intersect(chunk, [at(peers, i), at(peers, i + 1)]));
    });
  return found;
}

/** Takes out those of the peers that remain and returns them. */
export function take(rest: Remaining, peers: Peers): IntervalSet {
  rest.version++;
  if (peers === 'all') {
    const all = toSet(rest);
    become(rest, []);
    return all;
  }
  if (areMany(peers, rest)) {
    const all = toSet(rest);
    become(rest, subtract(all, peers));
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
  become(rest, union(toSet(rest), peers));
}

function become(rest: Remaining, set: IntervalSet): void {
  rest.whole = set;
  rest.chunks = null;
}

/** Cheaper to go through all that remain once than to look for each of the peers among them. */
function areMany(peers: IntervalSet, { whole, chunks }: Remaining): boolean {
  const count = chunks === null ? (whole?.length ?? 0) / CHUNK_BOUNDS : chunks.length;
  return peers.length > (count + 1) * 16;
}

function chunksOf(rest: Remaining): Bound[][] {
  if (rest.chunks !== null) return rest.chunks;
  const set = rest.whole ?? [];
  const chunks: Bound[][] = [];
  for (let i = 0; i < set.length; i += CHUNK_BOUNDS) chunks.push(set.slice(i, i + CHUNK_BOUNDS));
  rest.chunks = chunks;
  return chunks;
}

function cut(rest: Remaining, from: Bound, to: Bound, taken: Bound[]): void {
  let chunks = chunksOf(rest);
  rest.whole = null;
  let emptied = 0;
  const start = findChunks(chunks, from, to, (chunk) => {
    cutChunk(chunk, from, to, taken);
    if (chunk.length === 0) emptied += 1;
  });
  if (emptied > 0) rest.chunks = chunks = chunks.filter((chunk) => chunk.length > 0);
  const first = chunks[start];
  if (first !== undefined && first.length > 2 * CHUNK_BOUNDS)
    chunks.splice(start, 1, first.slice(0, CHUNK_BOUNDS), first.slice(CHUNK_BOUNDS));
}

/** Visits the chunks that may share something with [from, to) and tells the index of the first. */
function findChunks(
  chunks: readonly Bound[][],
  from: Bound,
  to: Bound,
  visit: (chunk: Bound[]) => void,
): number {
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

function at(set: readonly Bound[], index: number): Bound {
  return set[index] ?? 0;
}
