import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{server,contract,console,simulator,bench,deploy}/**/*.test.{ts,tsx}', 'test/**/*.test.ts'],
    // Tests that start the program use the build; some share a database server.
    globalSetup: ['test/support/build.ts', 'test/support/serve-services.ts'],
    exclude: ['**/node_modules/**', 'test/browser/**', 'test/agents/**'],
    // Threads suffice: no test changes global state that others see.
    pool: 'threads',
    // Many tests mostly wait, so use all cores.
    maxWorkers: '100%',
    // Long enough for a busy machine; only hanging tests fail.
    testTimeout: 20_000,
    hookTimeout: 30_000,
    expect: { poll: { timeout: 10_000 } },
  },
});
