import { defineConfig } from 'vitest/config';
import { FlakyReporter } from './test/support/flaky-reporter.ts';

export default defineConfig({
  test: {
    include: ['{server,contract,console,simulator,bench,deploy}/**/*.test.{ts,tsx}', 'test/**/*.test.ts'],
    // Tests that start the program use the build; some share a database server.
    globalSetup: ['test/support/build.ts', 'test/support/serve-services.ts'],
    setupFiles: ['test/support/seed-properties.ts'],
    exclude: ['**/node_modules/**', 'test/browser/**', 'test/agents/**'],
    // Threads suffice: no test changes global state that others see.
    pool: 'threads',
    // Many tests mostly wait, so use all cores.
    maxWorkers: '100%',
    // Long enough for a busy machine; only hanging tests fail.
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // `.ci/run` sets it.
    retry: Number(process.env.TEST_RETRIES ?? 0),
    reporters: ['default', new FlakyReporter()],
    expect: { poll: { timeout: 10_000 } },
  },
});
