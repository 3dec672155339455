interface Progress {
  readonly update: (done: number, total: number) => void;
  /** Ports asked one at a time, since refusals may have been lost to an ICMP limit. */
  readonly slow: (asked: number, total: number) => void;
  readonly clear: () => void;
}

/**
 * One line on a terminal's stderr that is rewritten in place and wiped at the end. Elsewhere nothing, but a line where it takes
 * long.
 */
export function progressLine(isQuiet: boolean): Progress {
  const stream = process.stderr;
  const nothing = { update: () => undefined, slow: () => undefined, clear: () => undefined };
  if (isQuiet) return nothing;
  if (!stream.isTTY) {
    return {
      ...nothing,
      slow(asked, total) {
        if (asked > 0 || total < LONG) return;
        const what = `${total} ports may be hidden by an ICMP rate limit`;
        stream.write(`${what}: probing them again, one per second, for at most 2 minutes\n`);
      },
    };
  }
  let drawnMs = 0;
  return {
    update(done, total) {
      const nowMs = performance.now();
      if (nowMs - drawnMs < REDRAW_MS) return;
      drawnMs = nowMs;
      stream.write(`\r\u001b[Kprobing ports: ${done} of ${total}`);
    },
    slow(asked, total) {
      drawnMs = performance.now();
      stream.write(`\r\u001b[Kprobing one port per second (ICMP rate limit): ${asked} of ${total}`);
    },
    clear() {
      if (drawnMs > 0) stream.write('\r\u001b[K');
    },
  };
}

const REDRAW_MS = 100;

/** Fewer take seconds. */
const LONG = 8;
