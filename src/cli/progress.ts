interface Progress {
  readonly update: (done: number, total: number) => void;
  readonly clear: () => void;
}

/** One line on a terminal's stderr that is rewritten in place and wiped at the end; nothing anywhere else. */
export function progressLine(isQuiet: boolean): Progress {
  const stream = process.stderr;
  if (isQuiet || !stream.isTTY) return { update: () => undefined, clear: () => undefined };
  let drawnMs = 0;
  return {
    update(done, total) {
      const nowMs = performance.now();
      if (nowMs - drawnMs < REDRAW_MS) return;
      drawnMs = nowMs;
      stream.write(`\r\u001b[Kasking ports: ${done} of ${total}`);
    },
    clear() {
      if (drawnMs > 0) stream.write('\r\u001b[K');
    },
  };
}

const REDRAW_MS = 100;
