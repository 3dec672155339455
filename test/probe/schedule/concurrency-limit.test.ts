import { expect, test } from 'vitest';
import { ConcurrencyLimit } from '../../../src/probe/schedule/concurrency-limit.ts';

function fill(slots: ConcurrencyLimit): number {
  let taken = 0;
  for (; slots.hasRoom; taken += 1) slots.take();
  return taken;
}

test('64 at once, as long as they may answer any moment', () => {
  expect(fill(new ConcurrencyLimit(1024))).toBe(64);
});

test('never more than the limit', () => {
  expect(fill(new ConcurrencyLimit(10))).toBe(10);
});

test('each silent probe makes room for two more, up to the limit', () => {
  const slots = new ConcurrencyLimit(1000);
  let inUse = fill(slots);
  for (const expected of [128, 256, 512]) {
    for (let n = 0; n < expected / 2; n += 1) slots.moveAside();
    expect((inUse += fill(slots))).toBeGreaterThanOrEqual(expected);
    if (inUse > expected) break;
  }
  while (inUse < 1000) {
    slots.moveAside();
    inUse += fill(slots);
  }
  expect(slots.hasRoom).toBe(false);
});

test('answers narrow the lane again', () => {
  const slots = new ConcurrencyLimit(1000);
  fill(slots);
  for (let n = 0; n < 64; n += 1) slots.moveAside();
  const wide = fill(slots);
  for (let n = 0; n < wide; n += 1) slots.give(false);
  for (let n = 0; n < 64; n += 1) slots.give(true);
  expect(slots.isEmpty).toBe(true);
  expect(fill(slots)).toBe(64);
});

test('shrinks to what is in use, and never to nothing', () => {
  const slots = new ConcurrencyLimit(1000);
  slots.take();
  slots.take();
  slots.shrink();
  expect(slots.hasRoom).toBe(false);
  slots.give(false);
  expect(fill(slots)).toBe(1);
  const empty = new ConcurrencyLimit(5);
  empty.shrink();
  expect(fill(empty)).toBe(1);
});
