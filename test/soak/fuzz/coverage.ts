import { Session, type Profiler } from 'node:inspector';

/** Tells which inputs reach code that none before did: Node's own block coverage, no instrumentation. */
export interface Coverage {
  /** Code blocks reached since the last call that were never reached before; they are what `isRecent` asks about. */
  fresh(): number;
  /** Whether what ran since the last call reached one of the recent blocks. */
  isRecent(): boolean;
  /** Forgets the recent blocks that the last `isRecent` saw. */
  settle(): void;
  /** Blocks ever reached. */
  total(): number;
}

type Marks = Map<string, Uint8Array>;

export function startCoverage(isWatched: (url: string) => boolean): Coverage {
  const session = new Session();
  session.connect();
  const post = (method: string, parameters: object = {}): unknown => {
    let answer: unknown;
    // Commands of the profiler answer before `post` returns.
    session.post(method, parameters, (error: Error | null, result?: object) => {
      if (error !== null) throw error;
      answer = result;
    });
    return answer;
  };
  post('Profiler.enable');
  post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const reached: Marks = new Map();
  let recent: Marks = new Map();
  let seen: Marks = new Map();
  let total = 0;

  /** The characters of the watched functions that ran since the last call. */
  function take(): Marks {
    const { result } = post('Profiler.takePreciseCoverage') as Profiler.TakePreciseCoverageReturnType;
    const marks: Marks = new Map();
    for (const { url, functions } of result.filter((script) => isWatched(script.url))) {
      for (const { ranges } of functions) {
        const [whole] = ranges;
        if (whole === undefined || whole.count === 0) continue;
        const ran = new Uint8Array(whole.endOffset - whole.startOffset);
        for (const { startOffset, endOffset, count } of ranges)
          ran.fill(count > 0 ? 1 : 0, startOffset - whole.startOffset, endOffset - whole.startOffset);
        marks.set(`${url} ${whole.startOffset}`, ran);
      }
    }
    return marks;
  }

  return {
    fresh: () => {
      recent = new Map();
      let blocks = 0;
      for (const [id, ran] of take()) {
        const known = reached.get(id) ?? new Uint8Array(ran.length);
        reached.set(id, known);
        const added = ran.map((mark, at) => mark & ~(known[at] ?? 0));
        // A run of characters is a block: neighbours that are reached together count once.
        const count = added.reduce((sum, mark, at) => sum + (mark === 1 && added[at - 1] !== 1 ? 1 : 0), 0);
        if (count === 0) continue;
        blocks += count;
        recent.set(id, added);
        added.forEach((mark, at) => {
          if (mark === 1) known[at] = 1;
        });
      }
      total += blocks;
      return blocks;
    },
    isRecent: () => {
      seen = take();
      return Array.from(recent).some(([id, added]) =>
        seen.get(id)?.some((mark, at) => mark === 1 && added[at] === 1),
      );
    },
    settle: () => {
      for (const [id, added] of recent)
        seen.get(id)?.forEach((mark, at) => (added[at] = mark === 1 ? 0 : (added[at] ?? 0)));
    },
    total: () => total,
  };
}
