import { groupBy } from '../../group-by.ts';
import { printable } from '../../printable.ts';
import type { CheckReport } from '../../verdict/reports/check-report.ts';
import { portsLabel } from '../../verdict/reports/label.ts';

interface Progress {
  readonly update: (done: number, total: number) => void;
  /** Ports asked one at a time, since refusals may have been lost to an ICMP limit. */
  readonly slow: (asked: number, total: number) => void;
  /** Before the first round of a check that waits until then. */
  readonly waits: (until: Date) => void;
  /** Between two rounds of a check that waits. */
  readonly waiting: (report: CheckReport, leftMs: number) => void;
  readonly clear: () => void;
}

/**
 * One line on a terminal's stderr that is rewritten in place and wiped at the end. Elsewhere nothing, but a line where it waits
 * or takes long.
 */
export function progressLine(isQuiet: boolean): Progress {
  const stream = process.stderr;
  const nothing = {
    update: () => undefined,
    slow: () => undefined,
    waits: () => undefined,
    waiting: () => undefined,
    clear: () => undefined,
  };
  if (isQuiet) return nothing;
  if (!stream.isTTY) {
    return {
      ...nothing,
      waits(until) {
        const time = until.toISOString().replace(/\.\d+Z$/, 'Z');
        stream.write(`waiting until everything is proven, at most until ${time}\n`);
      },
      slow(asked, total) {
        if (asked > 0 || total < LONG) return;
        const what = `${total} ports may be hidden by an ICMP rate limit`;
        stream.write(`${what}: probing them again, one per second, for at most 2 minutes\n`);
      },
    };
  }
  let drawnMs = 0;
  return {
    ...nothing,
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
    waiting(report, leftMs) {
      drawnMs = performance.now();
      const columns = Math.max(stream.columns - 1, 20);
      stream.write(`\r\u001b[K${printable(waitingText(report, leftMs)).slice(0, columns)}`);
    },
    clear() {
      if (drawnMs > 0) stream.write('\r\u001b[K');
    },
  };
}

/** `waiting: 3 of 15 not proven, 4m 10s left: 102, 10101/tcp on maps-a; …` */
export function waitingText({ flows }: CheckReport, leftMs: number): string {
  const open = flows.filter(({ verdict, accepted }) => verdict !== 'pass' && accepted === undefined);
  const seconds = Math.ceil(leftMs / 1000);
  const left = seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
  const places = groupBy(open, ({ host }) => host).map(
    (group) => `${portsLabel(group)} on ${group[0]?.host ?? ''}`,
  );
  return `waiting: ${open.length} of ${flows.length} not proven, ${left} left: ${places.join('; ')}`;
}

const REDRAW_MS = 100;

/** Fewer take seconds. */
const LONG = 8;
