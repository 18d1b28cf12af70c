import type { Page } from '@playwright/test';
import type { TestBench } from '../support/gateway.ts';
import { expectAccessible } from './support/accessibility.ts';
import { choose, expect, logIn, test, watch } from './support/fixtures.ts';
import { takePicture } from './support/pictures.ts';
import { sampleModel } from './support/seed.ts';

const strip = (page: Page) => page.locator('[data-level]');
const icon = (page: Page) => page.locator('link[rel=icon]').getAttribute('href');

async function ask(bench: TestBench): Promise<void> {
  const response = await bench.chat({ model: sampleModel, messages: [{ role: 'user', content: 'hi' }] });
  await response.text();
}

for (const { language, dry, back, why, cause, empty } of [
  {
    language: 'en',
    dry: 'No credential can answer',
    back: /next back in 1 m \d+ s|next back in \d+ s/,
    why: 'Why',
    cause: 'Rate limited · 1',
    empty: 'No credential yet',
  },
  {
    language: 'zh-CN',
    dry: '没有可用的凭证',
    back: /下一个恢复还需\s*(1 分 )?\d+ 秒/,
    why: '原因',
    cause: '频率受限 · 1',
    empty: '还没有凭证',
  },
] as const) {
  test(`every page shows that no credential can answer, until when and why: ${language}`, async ({
    page,
    ownBench: bench,
  }) => {
    await choose(page, language, 'light');
    await logIn(page, bench);
    const faults = watch(page, bench.origin);
    await page.goto(`${bench.origin}/admin/models`);
    await expect(strip(page)).toContainText(empty);
    await bench.addCredential('dry+rate-limited+retry-after_91@example.com');
    await ask(bench);
    await expect(strip(page)).toHaveAttribute('data-level', 'dry');
    await expect(strip(page)).toContainText(dry);
    await expect(strip(page)).toContainText(back);
    await expect(page).toHaveTitle(new RegExp(`^⚠ ${dry} · `));
    await expect.poll(() => icon(page)).toMatch(/^data:image\/svg/);
    await strip(page).getByRole('button', { name: why }).click();
    await expect(page.getByText(cause)).toBeVisible();
    await takePicture(page, `health-dry.${language}`);
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    for (const path of ['', 'requests', 'settings', 'connect']) {
      await page.goto(`${bench.origin}/admin/${path}`);
      await expect(strip(page)).toContainText(dry);
    }
    expect(faults).toEqual([]);
  });
}

test('the strip warns when a fifth or less can answer, and is hidden when all is well', async ({
  page,
  ownBench: bench,
}) => {
  await logIn(page, bench);
  await bench.addCredential('good@example.com');
  await page.goto(`${bench.origin}/admin/models`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(strip(page)).toHaveCount(0);
  await expect(page).toHaveTitle(/^Models/);
  const title = await page.title();
  for (const name of ['a', 'b', 'c', 'd']) await bench.addCredential(`${name}+invalid@example.com`);
  await bench
    .addCredential('resting@example.com')
    .then((id) => bench.admin('PATCH', `/credentials/${id}`, { enabled: false }));
  // New credentials are untested at first; requests reveal which ones are invalid.
  for (let count = 0; count < 8; count += 1) await ask(bench);
  await expect(strip(page)).toHaveAttribute('data-level', 'scarce');
  await expect(strip(page)).toContainText('1 of 5 credentials can answer');
  await expect(page).toHaveTitle(/^⚠ Few credentials left/);
  await takePicture(page, 'health-scarce');
  await expectAccessible(page);
  const extra = await bench.addCredential('extra@example.com');
  await expect(strip(page)).toHaveCount(0);
  await expect(page).toHaveTitle(title);
  await expect.poll(() => icon(page)).toMatch(/favicon\.svg$/);
  expect(extra).not.toBe('');
});

test('an unreachable gateway greys out the figures, and recovers', async ({ page, ownBench: bench }) => {
  await logIn(page, bench);
  await bench.addCredential('good@example.com');
  await page.goto(`${bench.origin}/admin/`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Overview');
  await page.context().setOffline(true);
  await expect(strip(page)).toContainText(/Gateway unreachable since \d\d:\d\d/);
  await expect(strip(page)).toContainText('reconnecting');
  await expect(page.locator('[data-stale]')).toHaveCSS('filter', 'grayscale(1)');
  await expect(page).toHaveTitle(/^⚠ Gateway unreachable/);
  await takePicture(page, 'health-unreachable');
  await expectAccessible(page);
  await page.context().setOffline(false);
  await expect(strip(page)).toHaveCount(0);
  await expect(page.locator('[data-stale]')).toHaveCount(0);
});

test('pages and dialogs opened while the gateway is unreachable appear when it is back', async ({
  page,
  ownBench: bench,
}) => {
  test.setTimeout(60_000);
  await logIn(page, bench);
  await bench.addCredential('good@example.com');
  // Notifications are loaded a few seconds after the start.
  const notices = page.waitForResponse(/\/notices-.*\.js/);
  await page.goto(`${bench.origin}/admin/credentials`);
  const toggle = page.getByRole('switch').first();
  await expect(toggle).toBeChecked();
  await notices;
  await page.context().setOffline(true);
  await expect(strip(page)).toContainText('Gateway unreachable');
  await toggle.press('Space');
  await expect(page.getByText('The gateway does not respond')).toBeVisible();
  await expect(toggle).toBeChecked();
  await page.getByRole('button', { name: 'Add credential' }).first().click();
  await page.getByRole('link', { name: 'Playground' }).click();
  await page.context().setOffline(false);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Playground');
  // Its style sheet is loaded as well.
  await expect(page.locator('[class*=_layout_]')).toHaveCSS('display', 'grid');
});

test('a console older than its gateway reloads when a page is gone', async ({ page, ownBench: bench }) => {
  test.setTimeout(60_000);
  await logIn(page, bench);
  await page.goto(`${bench.origin}/admin/keys`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('API keys');
  let isGone = true;
  await page.route(/\/models-page-.*\.js/, (route) => (isGone ? route.fulfill({ status: 404 }) : route.continue()));
  const reloaded = page.waitForEvent('load');
  await page.getByRole('link', { name: 'Models' }).click();
  await reloaded;
  await expect(page.getByText('Part of the console could not be loaded')).toBeVisible();
  await expect(page.getByRole('navigation')).toBeVisible();
  isGone = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Models');
});
