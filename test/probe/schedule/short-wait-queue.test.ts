import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parseAddress } from '../../../src/net/address.ts';
import { ASIDE_AFTER_MS, ShortWaitQueue } from '../../../src/probe/schedule/short-wait-queue.ts';
import { Attempt } from '../../../src/probe/schedule/attempt.ts';
import { Host } from '../../../src/probe/schedule/host.ts';
import type { Task } from '../../../src/probe/schedule/task.ts';
import { nodeSystem } from '../../../src/system/node-system.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const system = { ...nodeSystem, monotonicMs: () => Date.now() };
const address = parseAddress('10.0.0.2', 'test');
const host = new Host(address, false, 1200, system);

function attempt(): Attempt {
  const task: Task = {
    target: { address, transport: 'tcp', application: null, port: 102 },
    host,
    nonce: null,
    context: host.context,
    attempt: null,
    attempts: 1,
    waitedMs: 0,
    waitMs: null,
    exhaustions: 0,
    result: undefined,
    cause: undefined,
    isAmbiguous: false,
    mayBeIcmpLimited: false,
    wasAskedAlone: false,
    isLate: false,
  };
  return new Attempt(task, { timeoutMs: 1200, retries: 1, hostDownMs: 0 }, system);
}

/** A lane, and when each attempt was moved aside after it entered. */
function watched(): { readonly lane: ShortWaitQueue; readonly aside: Map<Attempt, number> } {
  const aside = new Map<Attempt, number>();
  return { lane: new ShortWaitQueue((attempt) => aside.set(attempt, attempt.elapsedMs)), aside };
}

test('the silent move aside, each at its own time; those that are over never do', () => {
  const { lane, aside } = watched();
  const flights: Attempt[] = [];
  for (let n = 0; n < 40; n += 1) {
    const entering = attempt();
    flights.push(entering);
    lane.enter(entering);
    vi.advanceTimersByTime(7);
    if (n % 2 === 0) entering.isOver = true;
  }
  vi.advanceTimersByTime(1000);
  expect([...aside.keys()]).toEqual(flights.filter((_, n) => n % 2 === 1));
  for (const elapsedMs of aside.values()) {
    expect(elapsedMs).toBeGreaterThanOrEqual(ASIDE_AFTER_MS - 1);
    expect(elapsedMs).toBeLessThanOrEqual(ASIDE_AFTER_MS);
  }
  expect(vi.getTimerCount()).toBe(0);
});

test('one that enters while another moves aside is watched too', () => {
  const second = attempt();
  const moved: Attempt[] = [];
  const lane = new ShortWaitQueue((attempt) => {
    moved.push(attempt);
    if (moved.length === 1) lane.enter(second);
  });
  const first = attempt();
  lane.enter(first);
  vi.advanceTimersByTime(1000);
  expect(moved).toEqual([first, second]);
});

test('one timer for all, and none once it is closed', () => {
  const { lane, aside } = watched();
  for (let n = 0; n < 100; n += 1) lane.enter(attempt());
  expect(vi.getTimerCount()).toBe(1);
  lane.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(1000);
  expect(aside.size).toBe(0);
});
