import type { Page } from '@playwright/test';
import { z } from 'zod';
import { expectAccessible } from './support/accessibility.ts';
import { expectNothingClipped, widths } from './support/clipping.ts';
import { adminPassword, choose, expect, test } from './support/fixtures.ts';
import { takePicture } from './support/pictures.ts';
import { sampleModel } from './support/seed.ts';

const keyNames = z.object({ keys: z.array(z.object({ name: z.string() })) });
const row = (page: Page, name: string) => page.locator('tr[data-row]').filter({ hasText: name });

async function openMenu(page: Page, name: string, item: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

async function ask(origin: string, key: string): Promise<number> {
  const response = await fetch(`${origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ model: sampleModel, messages: [{ role: 'user', content: 'hi' }] }),
  });
  await response.text();
  return response.status;
}

test('a key is generated, used, viewed, limited, disabled, rotated and revoked', async ({ console: page, bench }) => {
  await page.goto(`${bench.origin}/admin/keys`);
  await page.getByRole('button', { name: 'Custom key…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Generate' }).click();
  await expect(dialog.getByText('Enter a name that')).toBeVisible();
  await takePicture(page, 'dialog-key');
  await expectAccessible(page);
  await dialog.getByLabel('Name', { exact: true }).fill('Walker');
  await dialog.getByLabel('Tokens per day').fill('50000');
  await dialog.getByRole('button', { name: 'Generate' }).click();
  const secret = page.getByTestId('secret');
  await expect(secret).toHaveText(/^sk-/);
  const first = (await secret.textContent()) ?? '';
  await expect(row(page, 'Walker')).toContainText('50K tokens/day');
  expect(await ask(bench.origin, first)).toBe(200);
  await expect(row(page, 'Walker')).toContainText(/now|ago/);

  await openMenu(page, 'Walker', 'View key');
  await dialog.getByLabel('Your admin password').fill('wrong');
  await dialog.getByRole('button', { name: 'View key' }).click();
  await expect(dialog.getByText('The password is wrong.')).toBeVisible();
  await dialog.getByLabel('Your admin password').fill(adminPassword);
  await dialog.getByRole('button', { name: 'View key' }).click();
  await expect(dialog.getByTestId('secret')).toHaveText(first);
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(page.getByRole('button', { name: 'Actions for Walker' })).toBeFocused();

  await openMenu(page, 'Walker', 'Edit');
  await dialog.getByLabel('Name', { exact: true }).fill('Runner');
  await dialog.getByLabel('Expires at').fill('2099-01-01T00:00');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(row(page, 'Runner')).toContainText('Expires');

  await page.getByRole('switch', { name: 'Accept Runner' }).press('Space');
  await expect(row(page, 'Runner')).toContainText('Disabled');
  // The switch updates optimistically, before the gateway has responded.
  await expect.poll(() => ask(bench.origin, first)).toBe(401);
  await page.getByRole('switch', { name: 'Accept Runner' }).press('Space');
  await expect(row(page, 'Runner')).toContainText('Active');

  await openMenu(page, 'Runner', 'Rotate');
  await dialog.getByRole('button', { name: 'Rotate' }).click();
  await expect(secret).not.toHaveText(first);
  expect(await ask(bench.origin, first)).toBe(401);
  expect(await ask(bench.origin, (await secret.textContent()) ?? '')).toBe(200);

  await openMenu(page, 'Runner', 'Revoke');
  await dialog.getByRole('button', { name: 'Revoke' }).click();
  await expect(row(page, 'Runner')).toHaveCount(0);
});

test('the button makes a key at once, in either language', async ({ console: page, bench }) => {
  await page.goto(`${bench.origin}/admin/keys`);
  await page.getByRole('button', { name: 'Language' }).click();
  await page.getByRole('menuitem', { name: '中文' }).click();
  await page.getByRole('button', { name: '生成新密钥 Generate New Token' }).click();
  await expect(page.getByTestId('secret')).toHaveText(/^sk-/);
  await expect(page.getByText(/^新密钥：密钥 \d+$/)).toBeVisible();
});

test('two quick clicks make one key, and before the keys are loaded its name is free', async ({
  console: page,
  bench,
}) => {
  const { body } = await bench.admin('GET', '/keys');
  const names = keyNames.parse(body).keys.map(({ name }) => name);
  const held = Promise.withResolvers<void>();
  let generated = 0;
  await page.route('**/admin/api/keys', async (route) => {
    if (route.request().method() === 'GET') await held.promise;
    else generated += 1;
    await route.continue();
  });
  await page.goto(`${bench.origin}/admin/keys`);
  await page.getByRole('button', { name: 'Generate New Token' }).dblclick();
  held.resolve();
  await expect(page.getByTestId('secret')).toHaveText(/^sk-/);
  const made = page.getByText(/^New key: /);
  await expect(made).toHaveText(/Key \d+$/);
  for (const name of names) await expect(made).not.toHaveText(`New key: ${name}`);
  expect(generated).toBe(1);
  // The list is polled, so a call may be on its way when the page closes.
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('an expiry is chosen by one click', async ({ console: page, bench }) => {
  await page.goto(`${bench.origin}/admin/keys`);
  await page.getByRole('button', { name: 'Custom key…' }).click();
  const expiry = page.getByLabel('Expires at');
  await page.getByRole('button', { name: '30 days' }).click();
  await expect(expiry).not.toHaveValue('');
  const days = (new Date(await expiry.inputValue()).getTime() - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(29);
  expect(days).toBeLessThanOrEqual(30);
  await page.getByRole('button', { name: 'Never' }).click();
  await expect(expiry).toHaveValue('');
});

for (const language of ['en', 'zh-CN'] as const) {
  const words = {
    en: {
      budget: 'Cost per day',
      minute: 'Requests per minute',
      used: /^\$\d.* of \$5\.00$/,
      resets: /Resets .*, in \d+ (h|m)/,
      clients: 'Recent clients',
      requests: 'Recent requests',
      chart: 'Cost',
    },
    'zh-CN': {
      budget: '每天费用',
      minute: '每分钟请求数',
      used: /^\$\d.* \/ \$5\.00$/,
      resets: /重置，还有 \d+ (小时|分)/,
      clients: '最近的客户端',
      requests: '最近的请求',
      chart: '费用',
    },
  }[language];

  test(`a key has a page: what is left, what it cost, who used it: ${language}`, async ({ console: page, bench }) => {
    const limits = { dollarsPerDay: 5, tokensPerMonth: 1_000_000, requestsPerMinute: 60, concurrentRequests: 4 };
    const { id, key } = await bench.generateKey(`Budget ${language}`, { limits });
    for (let count = 0; count < 3; count += 1) expect(await ask(bench.origin, key)).toBe(200);
    await choose(page, language, 'light');
    await page.goto(`${bench.origin}/admin/keys`);
    await page.getByRole('link', { name: `Budget ${language}` }).click();
    await expect(page).toHaveURL(`${bench.origin}/admin/keys/${id}`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Budget ${language}`);
    const budget = page.getByRole('region', { name: words.budget });
    await expect(budget).toContainText(words.resets);
    await expect(budget.getByRole('progressbar')).toBeVisible();
    // Usage is written after the answer.
    await expect(budget.getByText(words.used)).not.toHaveText(/^\$0\.00 /);
    await expect(page.getByRole('region', { name: words.minute })).toContainText('60');
    await expect(page.getByRole('region', { name: words.clients })).toContainText('127.0.0.1');
    await expect(page.getByRole('region', { name: words.requests }).getByRole('link')).toHaveCount(4);
    await expect(page.locator('.recharts-surface').first()).toBeVisible();
    await expectAccessible(page);
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      await expectNothingClipped(page, `key at ${width}`);
      if (width === 360 || width === 1280) await takePicture(page, `key-${language}-${width}`, { fullPage: true });
    }
  });
}
