import { gzipSync } from 'node:zlib';
import { expect, logIn, test } from './support/fixtures.ts';

const budget = 300 * 1024;

for (const path of ['login', 'credentials', '']) {
  test(`the first load of /admin/${path} stays within its budget`, async ({ page, bench }) => {
    if (path !== 'login') await logIn(page, bench);
    const sizes: Promise<number>[] = [];
    page.on('response', (response) => {
      if (response.request().resourceType() !== 'script') return;
      // The overview's charts come after its first paint.
      if (response.url().includes('usage-chart')) return;
      sizes.push(response.body().then((body) => gzipSync(body).length));
    });
    await page.goto(`${bench.origin}/admin/${path}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    expect(total).toBeGreaterThan(50 * 1024);
    expect(total).toBeLessThan(budget);
  });
}

test('the session’s end leads to the login and back', async ({ page, bench }) => {
  await page.goto(`${bench.origin}/admin/requests?outcome=failure`);
  await expect(page).toHaveURL(/\/admin\/login\?next=/);
  await logIn(page, bench);
  const next = new URL(page.url()).searchParams.get('next');
  expect(next).toBe('/requests?outcome=failure');
});

test('what does not exist says so', async ({ console: page, bench }) => {
  await page.goto(`${bench.origin}/admin/nowhere`);
  await expect(page.getByText('This page does not exist')).toBeVisible();
  await page.getByRole('link', { name: 'Go to the overview' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Overview');
});
