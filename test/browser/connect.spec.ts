import { adminPassword, expect, test } from './support/fixtures.ts';
import { takePicture } from './support/pictures.ts';

test.beforeEach(async ({ console: page, bench }) => {
  await page.goto(`${bench.origin}/admin/connect`);
});

test('a saved key goes into the set-ups, and the self-test answers with it', async ({ console: page, bench }) => {
  await page.getByRole('button', { name: 'Use a saved key' }).click();
  await page.getByRole('menuitem', { name: 'Open WebUI' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Your admin password').fill(adminPassword);
  await dialog.getByRole('button', { name: 'Use this key' }).click();
  await expect(page.getByLabel('API key', { exact: true })).toHaveValue(/^sk-/);
  const key = await page.getByLabel('API key', { exact: true }).inputValue();
  await expect(page.getByRole('region', { name: 'curl' })).toContainText(`Bearer ${key}`);
  await expect(page.getByRole('region', { name: 'curl' })).toContainText(`${bench.origin}/v1/chat/completions`);

  await page.getByRole('button', { name: 'Run the test' }).click();
  const panel = page.getByRole('region', { name: 'Self-test' });
  await expect(panel).toContainText(/Plain answer\s*HTTP 200/);
  await expect(panel).toContainText(/Streamed answer\s*HTTP 200/);
  await takePicture(page, 'connect-tested');
});

test('every client has its set-up', async ({ console: page, bench }) => {
  await page.getByLabel('API key', { exact: true }).fill('sk-pasted');
  const tabs = page.getByRole('tablist', { name: 'Clients' }).getByRole('tab');
  await expect(tabs).toHaveCount(10);
  for (const tab of await tabs.all()) {
    await tab.click();
    await expect(page.getByRole('tabpanel')).toContainText('sk-pasted');
    await expect(page.getByRole('tabpanel')).toContainText(bench.origin);
  }
});

test('a wrong key is told what to do', async ({ console: page }) => {
  await page.getByLabel('API key', { exact: true }).fill('sk-wrong');
  await page.getByRole('button', { name: 'Run the test' }).click();
  const panel = page.getByRole('region', { name: 'Self-test' });
  await expect(panel).toContainText('HTTP 401');
  await expect(panel).toContainText('The key is wrong, disabled or expired.');
});
