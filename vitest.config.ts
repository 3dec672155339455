import { defineConfig } from 'vitest/config';

/** No test is about the time it takes: a busy machine has all it needs, and what hangs still ends. */
const PATIENT = {
  testTimeout: 600_000,
  hookTimeout: 600_000,
  expect: { poll: { timeout: 120_000 } },
};

/**
 * `unit` runs anywhere; `e2e` spawns the built program; `kernel` wants private namespaces with a firewall engine,
 * which `npm test` (test/run.mjs) provides.
 */
export default defineConfig({
  test: {
    // Spawned programs and namespaces wait more than they compute: three at a time on two cores, eight where nearly all is waiting.
    maxWorkers: 3,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/kernel/**', 'test/corpus/**'],
          // Most files take longer to load than to run; none leaves anything behind.
          isolate: false,
          ...PATIENT,
        },
      },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], isolate: false, ...PATIENT } },
      {
        test: {
          name: 'kernel',
          include: ['test/kernel/**/*.test.ts'],
          setupFiles: ['test/kernel/lab/setup.ts'],
          ...PATIENT,
          isolate: false,
          maxWorkers: 8,
        },
      },
      { test: { name: 'corpus', include: ['test/corpus/**/*.test.ts'], ...PATIENT } },
    ],
  },
});
