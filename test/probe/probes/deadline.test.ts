import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Deadline } from '../../../src/probe/probes/deadline.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A turn of the event loop, by the fake clock. */
const TURN_MS = 1;

function start(moreTimeMs = () => 0): { readonly deadline: Deadline; readonly over: () => number | null } {
  let overAt: number | null = null;
  const startedAt = Date.now();
  const deadline = new Deadline(moreTimeMs);
  deadline.start(1200);
  deadline.onOver(() => (overAt = Date.now() - startedAt));
  return { deadline, over: () => overAt };
}

test('is over when the time is up', () => {
  const { over } = start();
  vi.advanceTimersByTime(1199);
  expect(over()).toBeNull();
  vi.advanceTimersByTime(1 + TURN_MS);
  expect(over()).toBe(1200 + TURN_MS);
});

test('an answer that is read in the turn in which the time is up is in time', () => {
  const { deadline, over } = start();
  vi.advanceTimersByTime(1200);
  deadline.clear();
  vi.advanceTimersByTime(10_000);
  expect(over()).toBeNull();
});

test('is given more time as long as there is some', () => {
  const gifts = [1200, 800];
  const { over } = start(() => gifts.shift() ?? 0);
  vi.advanceTimersByTime(10_000);
  expect(over()).toBe(3200 + 3 * TURN_MS);
});

test('a cleared one is never over', () => {
  const { deadline, over } = start();
  deadline.clear();
  vi.advanceTimersByTime(10_000);
  expect(over()).toBeNull();
});

test('a cut one is over at once and only once, and says that it was cut', () => {
  const { deadline, over } = start();
  vi.advanceTimersByTime(5);
  deadline.cut();
  expect(deadline.isCut).toBe(true);
  vi.advanceTimersByTime(10_000);
  expect(over()).toBe(5);
});
