import { intersect, subtract, unionOf, type IntervalSet } from '../../../net/interval-set.ts';
import { setSize } from '../../../net/set-size.ts';
import type { Step } from '../../netfilter/evaluation.ts';
import type { TraceEntry } from '../../netfilter/trace/trace-entry.ts';

/** A step, as its rule does it to these peers. */
export interface Piece {
  readonly entry: TraceEntry;
  readonly step: Step;
  readonly peers: IntervalSet;
}

interface LastFitting {
  /** The last step of those peers that fits. */
  readonly found: readonly Pick<Piece, 'step' | 'peers'>[];
  /** Those who meet none. */
  readonly rest: IntervalSet;
}

/**
 * For each of the peers the last of the pieces, which are in the order they are met, that fits: the first of the tests that one of
 * them passes counts.
 */
export function lastFitting(
  pieces: readonly Piece[],
  peers: IntervalSet,
  tests: readonly ((entry: TraceEntry) => boolean)[],
): LastFitting {
  let rest = peers;
  const found: Pick<Piece, 'step' | 'peers'>[] = [];
  for (const fits of tests) {
    if (rest.length === 0) break;
    const fitting = pieces.filter(({ entry }) => fits(entry));
    const all = unionOf(fitting.map((piece) => piece.peers));
    const total = fitting.reduce((sum, piece) => sum + setSize(piece.peers), 0n);
    // Cut out one by one, the many rules of a blocklist would take for ever; they hardly ever overlap.
    if (total === setSize(all)) {
      for (const { step, peers: of } of fitting) add(found, step, intersect(of, rest));
      rest = subtract(rest, all);
      continue;
    }
    for (const { step, peers: of } of fitting.toReversed()) {
      add(found, step, intersect(of, rest));
      rest = subtract(rest, of);
    }
  }
  return { found, rest };
}

function add(found: Pick<Piece, 'step' | 'peers'>[], step: Step, peers: IntervalSet): void {
  if (peers.length > 0) found.push({ step, peers });
}
