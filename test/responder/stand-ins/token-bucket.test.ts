import { expect, test } from 'vitest';
import { tokenBucket } from '../../../src/responder/stand-ins/token-bucket.ts';
import { nodeSystem } from '../../../src/system/node-system.ts';

test('a burst, then a rate; what was not used is not saved up beyond the burst', () => {
  let nowMs = 0;
  const budget = tokenBucket({ burst: 3, perSecond: 2 }, { ...nodeSystem, monotonicMs: () => nowMs });
  const takeAll = () => Array.from({ length: 10 }, () => budget.take()).filter(Boolean).length;
  expect(takeAll()).toBe(3);
  nowMs += 400;
  expect(takeAll()).toBe(0);
  nowMs += 100;
  expect(takeAll()).toBe(1);
  nowMs += 60_000;
  expect(takeAll()).toBe(3);
});
