// Takes the screenshots for the READMEs from the busy demo: `npm run screenshots`.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from '@playwright/test';
import { findChromium } from './chromium.js';
import { root } from './project.js';

const folder = join(root, 'docs', 'images');
const size = { width: 1440, height: 900 };

/** Starts the demo and waits for its address. */
async function startDemo() {
  const demo = spawn(process.execPath, [join(root, 'dist', 'server', 'main.js'), 'demo', '--busy'], {
    env: { ...process.env, PORT: '0', LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(demo.stdout)) {
    const [, origin, password] = /Console:\s+(\S+)\/admin\/login\s+password: (\S+)/.exec(line) ?? [];
    if (origin !== undefined) return { origin, password, stop: () => demo.kill('SIGINT') };
  }
  throw new Error('the demo exited before it printed its address');
}

/** The latest successful request with at least three attempts. */
async function findTrace(page, origin) {
  let cursor = '';
  do {
    const response = await page.request.get(
      `${origin}/admin/api/requests?limit=200&outcome=success${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    const { requests, nextCursor } = await response.json();
    const found = requests.find(({ attemptCount }) => attemptCount >= 3);
    if (found !== undefined) return found.id;
    cursor = nextCursor;
  } while (cursor);
  throw new Error('no request in the demo had two failovers');
}

async function takeAll(browser, { origin, password }, language) {
  const page = await browser.newPage({
    viewport: size,
    locale: language,
    colorScheme: 'light',
    reducedMotion: 'reduce',
  });
  await page.addInitScript(`localStorage.setItem('atlassian-proxy-language', '${language}')`);
  await page.goto(`${origin}/admin/login`);
  await page.locator('input[name=password]').fill(password);
  await page.locator('button[type=submit]').click();
  // There are six charts, each loading on its own.
  await page.locator('.recharts-surface').nth(5).waitFor();
  await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' });
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(folder, `overview.${language}.png`), animations: 'disabled' });
  await page.goto(`${origin}/admin/requests?id=${await findTrace(page, origin)}`);
  await page.getByRole('dialog').getByRole('heading').first().waitFor();
  await page.getByRole('dialog').getByRole('button').last().waitFor();
  await page.evaluate('document.activeElement?.blur()');
  await page.screenshot({ path: join(folder, `trace.${language}.png`), animations: 'disabled' });
  await page.close();
}

mkdirSync(folder, { recursive: true });
const demo = await startDemo();
const isRoot = process.getuid?.() === 0;
const executablePath = findChromium();
const browser = await chromium.launch({
  ...(executablePath === undefined ? {} : { executablePath }),
  args: isRoot ? ['--no-sandbox', '--disable-dev-shm-usage'] : [],
});
try {
  for (const language of ['en', 'zh-CN']) await takeAll(browser, demo, language);
} finally {
  await browser.close();
  demo.stop();
}
