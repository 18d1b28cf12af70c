import { gzipSync } from 'node:zlib';
import { expect, logIn, test } from './support/fixtures.ts';

/** Gzipped size of scripts, and total transferred size, in bytes. */
const scriptBudget = 300 * 1024;
const wireBudget = 300_000;

for (const path of ['login', 'credentials', 'requests', '']) {
  test(`the first load of /admin/${path} stays within its budget`, async ({ page, bench }) => {
    if (path !== 'login') await logIn(page, bench);
    const loaded: Promise<{ script: number; wire: number }>[] = [];
    page.on('response', (response) => {
      const type = response.request().resourceType();
      if (type !== 'script' && type !== 'stylesheet' && type !== 'document') return;
      // The overview's charts load after its first paint, notifications some seconds later.
      if (/\/(usage-chart|notices)-/.test(response.url())) return;
      loaded.push(
        Promise.all([response.body(), response.request().sizes()]).then(([body, { responseBodySize }]) => ({
          script: type === 'script' ? gzipSync(body).length : 0,
          wire: responseBodySize,
        })),
      );
    });
    await page.goto(`${bench.origin}/admin/${path}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    const sizes = await Promise.all(loaded);
    const sum = (name: 'script' | 'wire') => sizes.reduce((total, size) => total + size[name], 0);
    expect(sum('script')).toBeGreaterThan(50 * 1024);
    expect(sum('script')).toBeLessThan(scriptBudget);
    expect(sum('wire')).toBeGreaterThan(50 * 1024);
    expect(sum('wire')).toBeLessThan(wireBudget);
  });
}

test('the session’s end leads to the login and back', async ({ page, bench }) => {
  await page.goto(`${bench.origin}/admin/requests?outcome=failure`);
  await expect(page).toHaveURL(/\/admin\/login\?next=/);
  await logIn(page, bench);
  const next = new URL(page.url()).searchParams.get('next');
  expect(next).toBe('/requests?outcome=failure');
});

test('unknown pages and items say so', async ({ console: page, bench }) => {
  await page.goto(`${bench.origin}/admin/nowhere`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Page not found');
  await expect(page).toHaveTitle(/^Page not found/);
  await expect(page.getByRole('navigation')).toBeVisible();
  await page.getByRole('link', { name: 'Go to the overview' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Overview');
});
