import { defineConfig } from 'vitest/config';

/** Real agents against a real gateway: `npm run test:agents` installs and runs them. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    exclude: ['node_modules/**'],
    pool: 'threads',
    maxWorkers: 2,
    retry: Number(process.env.TEST_RETRIES ?? 0),
    // An agent takes seconds to start, and more on a busy machine.
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
