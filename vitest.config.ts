import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';
import { keepCompiledModules } from './test/support/compile-cache.ts';
import { FlakyReporter } from './test/support/flaky-reporter.ts';

keepCompiledModules();

const shared = {
  setupFiles: ['test/support/seed-properties.ts'],
  // Threads suffice: no test changes global state that others see.
  pool: 'threads' as const,
  // Long enough for a busy machine; only hanging tests fail.
  testTimeout: 40_000,
  hookTimeout: 60_000,
  // `.ci/run` sets it.
  retry: Number(process.env.TEST_RETRIES ?? 0),
  expect: { poll: { timeout: 10_000 } },
};

/** Folders whose tests start databases, processes or whole gateways. Each of their files gets a new thread. */
const wholePrograms = ['server/store/**', 'server/shared-state/**', 'test/**'];

export default defineConfig({
  test: {
    // Tests that start the program use the build; some share a database server.
    globalSetup: ['test/support/build.ts', 'test/support/serve-services.ts'],
    // Tests of whole programs mostly wait, so use more threads than cores.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    reporters: ['default', new FlakyReporter()],
    projects: [
      {
        test: {
          ...shared,
          name: 'modules',
          include: ['{server,contract,console,simulator,bench,deploy}/**/*.test.{ts,tsx}'],
          exclude: [...configDefaults.exclude, ...wholePrograms],
          // A thread keeps the modules that it has loaded: loading them for each file took most of these tests' time.
          isolate: false,
        },
      },
      {
        test: {
          ...shared,
          name: 'programs',
          include: wholePrograms.map((folder) => `${folder}/*.test.ts`),
          exclude: [...configDefaults.exclude, 'test/browser/**', 'test/agents/**'],
        },
      },
    ],
  },
});
