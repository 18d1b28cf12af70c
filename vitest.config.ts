import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{server,contract,console,simulator,bench,deploy}/**/*.test.{ts,tsx}', 'test/**/*.test.ts'],
    // Tests that start the program start the built one, as it is served; some share a database server.
    globalSetup: ['test/support/build.ts', 'test/support/serve-services.ts'],
    exclude: ['**/node_modules/**', 'test/browser/**', 'test/agents/**'],
    // Node's own threads: no test changes what others see.
    pool: 'threads',
    // Many tests wait more than they work: no core is to be spared.
    maxWorkers: '100%',
    // What hangs fails; what is slow on a busy machine does not.
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
