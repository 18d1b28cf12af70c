import type { Page } from '@playwright/test';
import { expectAccessible } from './support/accessibility.ts';
import { expectNothingClipped, widths } from './support/clipping.ts';
import { choose, expect, logIn, test, watch } from './support/fixtures.ts';
import { takePicture } from './support/pictures.ts';
import { sampleModel } from './support/seed.ts';

const figure = (page: Page, name: string) => page.locator(`[data-figure=${name}]`);

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
  await expect(figure(page, 'requests')).toHaveText('1');
  expect(faults).toEqual([]);
});

test('what cannot be loaded says so, and is loaded again by a click', async ({ console: page, bench }) => {
  const refused = { status: 500, contentType: 'application/json', body: '{"error":{"code":"internal","message":"x"}}' };
  for (const path of ['usage**', 'status']) {
    await page.route(`**/admin/api/${path}`, (route) => route.fulfill(refused));
  }
  await page.goto(`${bench.origin}/admin/`);
  await expect(page.getByRole('alert').filter({ hasText: 'Gateway error' })).toHaveCount(2);
  await page.unrouteAll();
  await page.getByRole('button', { name: 'Try again' }).first().click();
  await expect(figure(page, 'requests')).toHaveText(/\d/);
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('the figures follow the traffic and can be filtered by model, with the filter in the URL', async ({
  console: page,
  bench,
}) => {
  await page.goto(`${bench.origin}/admin/`);
  const requests = figure(page, 'requests');
  await expect(requests).toHaveText(/^\d+$/);
  const before = Number(await requests.textContent());
  const response = await bench.chat({ model: sampleModel, messages: [{ role: 'user', content: 'hi' }] });
  await response.text();
  await expect.poll(async () => Number(await requests.textContent())).toBeGreaterThan(before);
  await expect(page.locator('.recharts-surface').first()).toBeVisible();
  await expect(figure(page, 'failovers')).toHaveText('$0.00');

  const breakdown = page.getByRole('region', { name: 'Breakdown' });
  await breakdown.getByRole('button', { name: 'google:gemini-2.0-flash-001' }).click();
  await expect(page.getByRole('button', { name: /Clear the filter/ })).toBeVisible();
  await expect(page).toHaveURL(/focus=model&value=google/);
  await expect(requests).toHaveText('1');
  await page.reload();
  await expect(requests).toHaveText('1');
  await page.getByRole('button', { name: /Clear the filter/ }).click();
  await expect.poll(async () => Number(await requests.textContent())).toBeGreaterThan(1);
  await page.getByRole('radio', { name: 'Credential' }).press('Space');
  await expect(page).toHaveURL(/by=credential/);
  await expect(breakdown.getByText('Team account')).toBeVisible();
  await page.goBack();
  await expect(page).not.toHaveURL(/by=credential/);

  await page.getByRole('radio', { name: '7 days' }).press('Space');
  await expect(page).toHaveURL(/range=7d/);
  await figure(page, 'errorRate').click();
  await expect(page).toHaveURL(/\/requests\?.*range=7d/);
  await expect(page).toHaveURL(/outcome=failure/);
  await expect(page.locator('tr[data-row]').first()).toContainText('Not found');
});

const chartWords = {
  en: {
    requests: 'Requests',
    cost: 'Cost by model',
    bucket: /^\w{3}, \w{3} \d+, \d\d:\d\d – \d\d:\d\d · GMT\+5:30/,
    dates: 'Dates',
    today: 'Today',
  },
  'zh-CN': {
    requests: '请求',
    cost: '各模型费用',
    bucket: /^\d+月\d+日周.[, ]+\d\d:\d\d – \d\d:\d\d · GMT\+5:30/,
    dates: '日期',
    today: '今天',
  },
} as const;

for (const language of ['en', 'zh-CN'] as const) {
  test.describe(`charts in ${language}`, () => {
    // A zone with a half-hour offset from UTC.
    test.use({ timezoneId: 'Asia/Kolkata' });

    test('show day, hours and zone, stack by model, and zoom by dragging', async ({ console: page, bench }) => {
      const words = chartWords[language];
      await choose(page, language, 'light');
      await page.goto(`${bench.origin}/admin/`);
      const chart = page.getByRole('img', { name: words.requests, exact: true });
      await chart.scrollIntoViewIfNeeded();
      await expect(chart.locator('.recharts-bar-rectangle path').last()).toBeVisible();
      const at = async (share: number) => {
        const box = await chart.boundingBox();
        if (box === null) throw new Error('no chart');
        return [box.x + box.width * share, box.y + box.height * 0.5] as const;
      };
      // A chart that is still drawn moves away from the pointer.
      await expect(async () => {
        await page.mouse.move(...(await at(0.95)));
        await expect(chart.locator('.mantine-ChartTooltip-tooltip')).toHaveText(words.bucket, { timeout: 1_000 });
      }).toPass({ timeout: 15_000 });
      await takePicture(page, `chart-tooltip.${language}`);

      const cost = page.getByRole('region', { name: words.cost });
      await expect(cost.getByRole('button', { name: 'claude-3-5-sonnet' })).toBeVisible();

      await page.mouse.move(...(await at(0.4)));
      await page.mouse.down();
      await page.mouse.move(...(await at(0.6)), { steps: 5 });
      await takePicture(page, `chart-zoom.${language}`);
      await page.mouse.up();
      await expect(page).toHaveURL(/from=\d+&to=\d+/);
      const { from, to } = Object.fromEntries(new URL(page.url()).searchParams);
      expect((Number(to) - Number(from)) % 3_600_000).toBe(0);
      expect(Number(to) - Number(from)).toBeGreaterThan(2 * 3_600_000);
      expect(Number(to) - Number(from)).toBeLessThan(9 * 3_600_000);
      await page.goBack();
      await expect(page).not.toHaveURL(/from=/);

      await page.getByRole('button', { name: words.dates, exact: true }).click();
      await page.getByRole('button', { name: words.today }).click();
      await expect(page).toHaveURL(/from=\d+&to=\d+/);
      const day = Object.fromEntries(new URL(page.url()).searchParams);
      // A day begins at local midnight, not at UTC midnight.
      expect((Number(day.from) + 5.5 * 3_600_000) % 86_400_000).toBe(0);
      expect(Number(day.to) - Number(day.from)).toBe(86_400_000);
      await expectAccessible(page);
    });
  });

  test(`the overview fits every window: ${language}`, async ({ console: page, bench }) => {
    test.setTimeout(90_000);
    await choose(page, language, 'dark');
    await page.goto(`${bench.origin}/admin/?range=7d`);
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      await expect(page.locator('.recharts-surface').last()).toBeVisible();
      await expectNothingClipped(page, `${language} at ${width}`);
    }
    await takePicture(page, `overview.${language}.2560`);
  });
}
