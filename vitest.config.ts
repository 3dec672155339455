import { defineConfig } from 'vitest/config';

/**
 * `unit` runs anywhere; `e2e` spawns the built program; `kernel` wants private namespaces with a firewall engine,
 * which `npm test` (test/run.mjs) provides.
 */
export default defineConfig({
  test: {
    // Spawned programs and namespaces wait more than they compute: two at a time on two cores, three where nearly all is waiting.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/kernel/**', 'test/corpus/**'],
        },
      },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], testTimeout: 30_000, hookTimeout: 30_000 } },
      {
        test: {
          name: 'kernel',
          include: ['test/kernel/**/*.test.ts'],
          setupFiles: ['test/kernel/lab/setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Real packets against real clocks: on a busy machine once more before it counts.
          retry: 1,
          maxWorkers: 3,
        },
      },
      { test: { name: 'corpus', include: ['test/corpus/**/*.test.ts'], testTimeout: 120_000 } },
    ],
  },
});
