import type { Page } from '@playwright/test';
import { expectAccessible } from './support/accessibility.ts';
import { adminPassword, expect, test } from './support/fixtures.ts';
import { takePicture } from './support/pictures.ts';
import { sampleModel } from './support/seed.ts';

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
  await expect(dialog.getByText('Give it a name')).toBeVisible();
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

  await openMenu(page, 'Walker', 'Edit');
  await dialog.getByLabel('Name', { exact: true }).fill('Runner');
  await dialog.getByLabel('Expires at').fill('2099-01-01T00:00');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(row(page, 'Runner')).toContainText('Expires');

  await page.getByRole('switch', { name: 'Accept Runner' }).press('Space');
  await expect(row(page, 'Runner')).toContainText('Disabled');
  // The switch shows what was asked for before the gateway has done it.
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

test('use over time is drawn', async ({ console: page, bench }) => {
  await page.goto(`${bench.origin}/admin/keys`);
  await openMenu(page, 'the bench', 'Usage');
  await expect(page.getByRole('dialog').locator('.recharts-surface').first()).toBeVisible();
});
