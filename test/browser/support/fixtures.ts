import { test as base, type Page } from '@playwright/test';
import { startTestBench, type TestBench } from '../../support/gateway.ts';
import { seed } from './seed.ts';

export { expect } from '@playwright/test';
export { adminPassword } from '../../support/gateway.ts';

export type Language = 'en' | 'zh-CN';
export type Theme = 'light' | 'dark';
/** `auto`: the theme of the system. */
type ThemeChoice = Theme | 'auto';

/** Logs the page in with the admin's cookie. */
export async function logIn(page: Page, bench: TestBench): Promise<void> {
  const [name = '', value = ''] = (await bench.cookie()).split(/=(.*)/s);
  await page.context().addCookies([{ name, value, url: bench.origin }]);
}

/** Stores a language and a theme in the browser. */
export async function choose(page: Page, language: Language, theme: ThemeChoice): Promise<void> {
  await page.addInitScript(
    `localStorage.setItem('atlassian-proxy-language', '${language}');
     localStorage.setItem('mantine-color-scheme-value', '${theme}');`,
  );
}

/** Collects faults of a page: errors, security policy violations, and requests to other origins. */
export function watch(page: Page, origin: string): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('console', (message) => {
    // Several tests cause refused calls, which the browser reports.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      faults.push(`console: ${message.text()}`);
    }
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== origin) faults.push(`foreign request: ${request.url()}`);
  });
  return faults;
}

interface TestFixtures {
  /** A logged-in page of the worker's gateway. */
  readonly console: Page;
  /** A separate gateway, for tests that would disturb others. */
  readonly ownBench: TestBench;
}

interface WorkerFixtures {
  /** The worker's gateway with sample data. */
  readonly bench: TestBench;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  bench: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures asked for from this pattern
    async ({}, use) => {
      const bench = await startTestBench({ LOG_LEVEL: 'error' });
      await seed(bench);
      await use(bench);
      await bench.close();
    },
    { scope: 'worker' },
  ],
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures asked for from this pattern
  ownBench: async ({}, use) => {
    const bench = await startTestBench({ LOG_LEVEL: 'error' });
    await use(bench);
    await bench.close();
  },
  console: async ({ page, bench }, use) => {
    await logIn(page, bench);
    const faults = watch(page, bench.origin);
    await use(page);
    if (faults.length > 0) throw new Error(`The console misbehaved:\n${faults.join('\n')}`);
  },
});
