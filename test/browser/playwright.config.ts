import { defineConfig } from '@playwright/test';
import { findChromium } from '../../scripts/chromium.js';
import { keepCompiledModules } from '../support/compile-cache.ts';

keepCompiledModules();

/** If none is installed, Playwright uses its own. */
const executablePath = findChromium();
const isRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results/browser',
  fullyParallel: true,
  // The console polls, so tests spend about half of their time waiting.
  workers: 3,
  // Long enough for a busy machine; only hanging tests fail.
  timeout: 60_000,
  // `.ci/run` sets it. Tests that pass only when repeated are listed as flaky.
  retries: Number(process.env.TEST_RETRIES ?? 0),
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    launchOptions: {
      ...(executablePath !== undefined && { executablePath }),
      args: isRoot ? ['--no-sandbox', '--disable-dev-shm-usage'] : [],
    },
    viewport: { width: 1360, height: 860 },
    locale: 'en-US',
    colorScheme: 'light',
    reducedMotion: 'reduce',
    screenshot: 'only-on-failure',
  },
});
