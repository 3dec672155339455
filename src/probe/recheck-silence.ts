import type { System } from '../system/system.ts';
import { askAgain } from './ask-again.ts';
import type { Host } from './host.ts';
import { causeOf } from './refusal-cause.ts';
import { mayBeIcmpRejection, type Task } from './task.ts';

/** Silent TCP ports of one host that are asked again. */
const MOST = 3;

/** Linux grants one ICMP message a second to each asker. */
const APART_MS = 1100;

/**
 * Silence beside ICMP rejections may be the rejecting host's ICMP limit, which swallows most answers to a burst
 * (Linux: all but six). So up to three silent TCP ports of such a host are asked again, alone and so far apart that
 * the limit can't interfere. What they say then stands.
 */
export async function recheckSilence(
  host: Host,
  timeoutMs: number,
  system: System,
  signal: AbortSignal | undefined,
): Promise<void> {
  const silent = host.tasks.filter(isSilentTcp);
  if (silent.length === 0 || !host.tasks.some(mayBeIcmpRejection)) return;
  // Until the ports asked alone say otherwise.
  host.isTcpIcmpLimited = true;
  const isAborted = (): boolean => signal?.aborted === true;
  const asked = silent.slice(0, MOST);
  let startsAt = system.monotonicMs() + APART_MS;
  for (const task of asked) {
    await pause(startsAt - system.monotonicMs(), signal);
    startsAt = system.monotonicMs() + APART_MS;
    const { sightings, arrived } = await askAgain([task], timeoutMs, system, signal);
    const [sighting] = sightings;
    if (sighting === undefined || isAborted()) return;
    task.attempts += 1;
    task.wasAskedAlone = true;
    if (sighting.kind === 'silence') {
      task.waitedMs += timeoutMs;
      continue;
    }
    task.sighting = sighting;
    if (arrived !== null && sighting.kind === 'errno') task.cause = causeOf(task, arrived);
    host.note(task);
  }
  host.isTcpIcmpLimited = asked.some(mayBeIcmpRejection);
}

function isSilentTcp({ target, sighting }: Task): boolean {
  return target.transport === 'tcp' && sighting?.kind === 'silence';
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((done) => {
    if (signal?.aborted === true) {
      done();
      return;
    }
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      done();
    };
    const timer = setTimeout(end, Math.max(0, ms));
    signal?.addEventListener('abort', end, { once: true });
  });
}
