import type { Family } from '../../net/address.ts';
import type { System } from '../../system/system.ts';
import { isHostDown } from '../probes/errno-table.ts';
import { countersSince, readKernelCounters, type KernelCounters } from './kernel-counters.ts';
import { isIcmpError, type Task } from '../schedule/task.ts';

/** What the kernel's counters leave possible for the TCP refusals of a run. */
export interface RefusalBounds {
  /** At most so many were TCP resets, both families together. */
  readonly maxResets: number;
  /** At most so many were ICMP messages. */
  readonly maxIcmp: Readonly<Record<Family, number>>;
  /** This machine sent such ICMP messages too, perhaps to itself: its own firewall may have refused. */
  readonly hasSentIcmp: Readonly<Record<Family, boolean>>;
}

/** Refusals of one burst are counted together, yet soon: other programs' traffic counts as well. */
const SETTLE_MS = 50;

/**
 * Bounds by counting: of all segments that arrived at least one belongs to each open port, of all ICMP messages one
 * to each UDP error, whatever else was going on. Only what remains can have refused TCP ports.
 */
export class RefusalCount {
  readonly #seen = { open: 0, icmp: { 4: 0, 6: 0 } };
  #timer: NodeJS.Timeout | undefined;
  #reading: Promise<void> | undefined;
  #bounds: RefusalBounds | null = null;

  private constructor(
    private readonly system: System,
    private readonly before: KernelCounters | null,
  ) {}

  /** Before the first probe leaves. */
  static async start(system: System): Promise<RefusalCount> {
    return new RefusalCount(system, await readKernelCounters(system));
  }

  /** For every task as soon as it is settled. */
  note({ target, result }: Task): void {
    if (this.before === null || result === undefined || result.kind === 'silence') return;
    const isTcp = target.transport === 'tcp';
    if (result.kind === 'open') {
      if (isTcp) this.#seen.open += 1;
      return;
    }
    if (result.isLocal || isHostDown(result)) return;
    if (isIcmpError(target.transport, result.errno)) this.#seen.icmp[target.address.family] += 1;
    if (!isTcp) return;
    this.#timer ??= setTimeout(() => {
      this.#reading = this.#read();
    }, SETTLE_MS);
  }

  /** After the last probe; null where nothing was refused or nothing can be counted. */
  async bounds(): Promise<RefusalBounds | null> {
    await this.#reading;
    if (this.#timer !== undefined) await this.#read();
    return this.#bounds;
  }

  async #read(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // What is known now arrived before the reading, so it is in the reading.
    const { open, icmp } = structuredClone(this.#seen);
    const now = await readKernelCounters(this.system);
    if (this.before === null || now === null) return;
    const { tcpIn, icmpIn, icmpOut } = countersSince(this.before, now);
    this.#bounds = {
      maxResets: tcpIn - open,
      maxIcmp: { 4: icmpIn[4] - icmp[4], 6: icmpIn[6] - icmp[6] },
      hasSentIcmp: { 4: icmpOut[4] > 0, 6: icmpOut[6] > 0 },
    };
  }
}
