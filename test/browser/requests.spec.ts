import { expectAccessible } from './support/accessibility.ts';
import { expect, test } from './support/fixtures.ts';
import { takePicture } from './support/pictures.ts';
import { sampleModel } from './support/seed.ts';

test('the log filters, and a row opens its trace', async ({ console: page, bench }) => {
  await page.goto(`${bench.origin}/admin/requests?outcome=failure`);
  const rows = page.locator('tr[data-row]');
  const unknown = rows.filter({ hasText: 'no-such-model' }).first();
  await expect(unknown).toContainText('Not found');
  await expect(rows.filter({ hasText: 'Answered' })).toHaveCount(0);
  await unknown.click();
  const drawer = page.getByRole('dialog', { name: 'Request' });
  await expect(drawer).toContainText('404');
  await expect(drawer).toContainText('The request ended before a credential was chosen.');
  await page.keyboard.press('Escape');
  await expect(drawer).toBeHidden();

  await page.getByRole('combobox', { name: 'Result' }).click();
  await page.getByRole('option', { name: 'Answered' }).click();
  await expect(page).toHaveURL(/outcome=success/);
  await rows.first().getByRole('button').click();
  await expect(drawer).toContainText(/Round robin|Same conversation as before/);
  await expect(drawer).toContainText('Input tokens');
  await expect(drawer.getByRole('button', { name: 'Copy as curl' })).toBeVisible();
  await takePicture(page, 'drawer-request');
  await expectAccessible(page);
});

test('attempts on other credentials are told in the trace', async ({ console: page, bench }) => {
  bench.simulator.control.next({ status: 503 });
  const response = await bench.chat({ model: sampleModel, messages: [{ role: 'user', content: 'once more' }] });
  await response.text();
  const id = response.headers.get('x-request-id') ?? '';
  await page.goto(`${bench.origin}/admin/requests?id=${id}`);
  const drawer = page.getByRole('dialog', { name: 'Request' });
  await expect(drawer).toContainText(id);
  await expect(drawer).toContainText(/Upstream trouble · 503/);
  await expect(drawer).toContainText(/Answered · 200/);
  await takePicture(page, 'drawer-failover');
});

test('older pages follow the newest, which is live', async ({ console: page, bench }) => {
  await Promise.all(
    Array.from({ length: 55 }, async () => {
      const response = await bench.chat({ model: sampleModel, messages: [{ role: 'user', content: 'page' }] });
      await response.text();
    }),
  );
  await page.goto(`${bench.origin}/admin/requests`);
  const rows = page.locator('tr[data-row]');
  await expect(rows).toHaveCount(50);
  const newest = await rows.first().getAttribute('data-row');
  await page.getByRole('button', { name: 'Older' }).click();
  await expect(page.getByText('Page 2')).toBeVisible();
  await expect(page.locator(`tr[data-row="${newest}"]`)).toHaveCount(0);
  await page.getByRole('button', { name: 'Newer' }).click();
  await expect(page.locator(`tr[data-row="${newest}"]`)).toHaveCount(1);

  const response = await bench.chat({ model: sampleModel, messages: [{ role: 'user', content: 'live' }] });
  await response.text();
  await expect(page.locator(`tr[data-row="${response.headers.get('x-request-id')}"]`)).toBeVisible();
});

test('the filtered log downloads', async ({ console: page, bench }) => {
  await page.goto(`${bench.origin}/admin/requests`);
  await page.getByRole('button', { name: 'Export' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'CSV' }).click();
  const stream = await (await download).createReadStream();
  const text = (await stream.toArray()).join('');
  expect(text.split('\n').length).toBeGreaterThan(10);
});
