import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Deadline } from '../../src/probe/deadline.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

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
  vi.advanceTimersByTime(1);
  expect(over()).toBe(1200);
});

test('is given more time as long as there is some', () => {
  const gifts = [1200, 800];
  const { over } = start(() => gifts.shift() ?? 0);
  vi.advanceTimersByTime(10_000);
  expect(over()).toBe(3200);
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
