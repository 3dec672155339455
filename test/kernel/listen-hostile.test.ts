import { expect, test } from 'vitest';
import { attack, MAX_GROWN_MB } from './hostile.ts';

// The whole measure (50,000 and 5,000) is test/soak/listen-hostile.ts.
test('under fire: it stays, answers probes, amplifies nothing, and stays small', async () => {
  const damage = await attack({ datagrams: 10_000, halfOpen: 1_000, idle: 1_000 });
  expect(damage).toMatchObject({ during: 'exit 0', after: 'exit 0', exitCode: 0 });
  expect(damage.grownMb).toBeLessThan(MAX_GROWN_MB);
  expect(damage.logMb).toBeLessThan(5);
  expect(damage.halfOpenSeen).toBeGreaterThan(100);
  expect(damage.sources.filter(({ sent, received }) => received > sent)).toEqual([]);
  expect(damage.sources.some(({ received }) => received > 0)).toBe(true);
});
