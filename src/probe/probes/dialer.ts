import type { Socket } from 'node:net';
import type { System } from '../../system/system.ts';
import type { Deadline } from './deadline.ts';
import type { Settle } from './probe.ts';

/**
 * Asks one TCP port after another, one at a time, with one socket: node:net lets it connect again once it has emitted
 * `close`.
 */
export class Dialer {
  readonly socket: Socket;
  #startedAt = 0;
  #isAccepted = false;
  #isLocal = false;
  #settle: Settle = () => undefined;
  #onAccept: (rttMs: number) => void = () => undefined;

  /** `onClosed` is called whenever the dialer may dial again. */
  constructor(
    private readonly system: System,
    onClosed?: (dialer: Dialer) => void,
  ) {
    this.socket = system.tcpSocket();
    this.socket.on('connect', () => {
      this.#isAccepted = true;
      this.#onAccept(this.#elapsedMs());
    });
    this.socket.on('error', ({ code, name }: NodeJS.ErrnoException) => {
      if (this.#isAccepted) return;
      this.#settle({ kind: 'errno', errno: code ?? name, isLocal: this.#isLocal, rttMs: this.#elapsedMs() });
    });
    if (onClosed !== undefined)
      this.socket.on('close', () => {
        onClosed(this);
      });
  }

  /**
   * Connects, then leaves the socket to `onAccept`; every other end settles the result. After `onAccept` errors and
   * the deadline are the taker's business.
   */
  dial(
    host: string,
    port: number,
    deadline: Deadline,
    settle: Settle,
    onAccept: (rttMs: number) => void,
  ): void {
    const { socket } = this;
    this.#isAccepted = false;
    this.#isLocal = false;
    this.#settle = settle;
    this.#onAccept = onAccept;
    this.#startedAt = this.system.monotonicMs();
    deadline.onOver(() => {
      socket.destroy();
      settle({ kind: 'silence' });
    });
    // A numeric address: nothing to resolve, and no second family to race.
    socket.connect({ host, port, autoSelectFamily: false });
    // connect(2) runs in the next tick, so by the tick after it a call that failed by itself has failed.
    process.nextTick(noteLocal, this);
  }

  /** Whether the call itself failed; its error is not yet out. */
  noteLocal(): void {
    this.#isLocal = !this.socket.connecting;
  }

  #elapsedMs(): number {
    return this.system.monotonicMs() - this.#startedAt;
  }
}

function noteLocal(dialer: Dialer): void {
  dialer.noteLocal();
}
