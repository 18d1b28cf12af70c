import { expect, logIn, test, watch } from './support/fixtures.ts';
import { takePicture } from './support/pictures.ts';
import { sampleModel } from './support/seed.ts';

test('the checklist leads through the first run and is gone after it', async ({ page, ownBench: bench }) => {
  await logIn(page, bench);
  const faults = watch(page, bench.origin);
  await page.goto(`${bench.origin}/admin/`);
  const list = page.getByRole('region', { name: 'Get started' });
  await expect(list).toContainText('1 of 4 steps done');
  await bench.addCredential('first@example.com');
  await expect(list).toContainText('2 of 4 steps done');
  await expect(list.getByRole('link', { name: 'Generate a key' })).toBeVisible();
  await takePicture(page, 'overview-checklist');
  const response = await bench.chat({ model: sampleModel, messages: [{ role: 'user', content: 'hi' }] });
  await response.text();
  await expect(list).toHaveCount(0);
  await expect(page.locator('[data-figure=requests]')).toHaveText('1');
  expect(faults).toEqual([]);
});

test('the figures follow the traffic, and narrow to one model', async ({ console: page, bench }) => {
  await page.goto(`${bench.origin}/admin/`);
  const requests = page.locator('[data-figure=requests]');
  await expect(requests).toHaveText(/^\d+$/);
  const before = Number(await requests.textContent());
  const response = await bench.chat({ model: sampleModel, messages: [{ role: 'user', content: 'hi' }] });
  await response.text();
  await expect.poll(async () => Number(await requests.textContent())).toBeGreaterThan(before);
  await expect(page.locator('.recharts-surface').first()).toBeVisible();

  await page.getByRole('button', { name: 'google:gemini-2.0-flash-001' }).click();
  await expect(page.getByRole('button', { name: /Show everything again/ })).toBeVisible();
  await expect(requests).toHaveText('1');
  await page.getByRole('button', { name: /Show everything again/ }).click();
  await expect.poll(async () => Number(await requests.textContent())).toBeGreaterThan(1);
  await page.getByRole('radio', { name: 'Credential' }).press('Space');
  await expect(page.getByRole('region', { name: 'Breakdown' }).getByText('Team account')).toBeVisible();
});
