import { expect, test } from 'vitest';
import { killMatrix } from './kill.ts';

// More moments: test/soak/listen-kill.ts.
test('killed at any moment: no half-written file, no socket left, no hanging on', async () => {
  expect(await killMatrix([60, 250, 600])).toEqual([]);
});
