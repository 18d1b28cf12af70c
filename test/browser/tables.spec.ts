import type { Page } from '@playwright/test';
import { expectAccessible } from './support/accessibility.ts';
import { choose, expect, logIn, test } from './support/fixtures.ts';
import { takePicture } from './support/pictures.ts';
import { sampleModel } from './support/seed.ts';

const row = (page: Page, name: string) => page.locator('tr[data-row]').filter({ hasText: name });

const words = {
  en: {
    search: 'Search',
    clear: 'All',
    quota: /^Rate limited \d+$/,
    name: 'Account',
    invalid: /^Token invalid 1$/,
    none: 'No credential matches',
    replace: 'Replace token',
    token: 'API token',
    works: 'It works',
    keys: 'API keys',
  },
  'zh-CN': {
    search: '搜索',
    clear: '全部',
    quota: /^频率受限 \d+$/,
    name: '账号',
    invalid: /^令牌无效 1$/,
    none: '没有符合条件的凭证',
    replace: '更换令牌',
    token: 'API 令牌',
    works: '可以使用',
    keys: 'API 密钥',
  },
} as const;

for (const language of ['en', 'zh-CN'] as const) {
  test(`the pool is searched, narrowed and ordered, and the address tells it: ${language}`, async ({
    page,
    ownBench: bench,
  }) => {
    const told = words[language];
    await choose(page, language, 'light');
    await logIn(page, bench);
    await bench.addCredential('bob@example.com');
    await bench.addCredential('alice@example.com');
    await bench.addCredential('carol+rate-limited+retry-after_600@example.com');
    const invalid = await bench.addCredential('dave@example.com', 'invalid-token-0123456789');
    await bench.admin('POST', `/credentials/${invalid}/test`);
    for (let count = 0; count < 3; count += 1) {
      const response = await bench.chat({ model: sampleModel, messages: [{ role: 'user', content: 'hi' }] });
      await response.text();
    }
    await page.goto(`${bench.origin}/admin/credentials`);
    const rows = page.locator('tr[data-row]').filter({ hasText: '@example.com' });
    await expect(rows).toHaveCount(4);
    const chips = page.getByRole('group').filter({ has: page.getByRole('button', { name: told.quota }) });
    await chips.getByRole('button', { name: told.quota }).click();
    await expect(page).toHaveURL(/state=rate/);
    await expect(rows).toHaveCount(1);
    await expect(rows).toContainText('carol');
    await page.reload();
    await expect(rows).toHaveCount(1);
    await chips.getByRole('button', { name: new RegExp(`^${told.clear} 4`) }).click();

    await page.getByLabel(told.search).first().fill('ALICE');
    await expect(page).toHaveURL(/text=ALICE/);
    await expect(rows).toHaveCount(1);
    await page.getByLabel(told.search).first().fill('nobody');
    await expect(page.getByText(told.none)).toBeVisible();
    await page.getByLabel(told.search).first().fill('');

    const head = page.getByRole('columnheader', { name: told.name });
    await head.getByRole('button').click();
    await expect(head).toHaveAttribute('aria-sort', 'ascending');
    await expect(rows.first()).toContainText('alice');
    await head.getByRole('button').click();
    await expect(rows.first()).toContainText('dave');
    await takePicture(page, `credentials-chips.${language}`);
    await expectAccessible(page);

    // The simulator accepts any token that does not begin with "invalid".
    await rows.filter({ hasText: 'dave' }).getByRole('button', { name: told.replace }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(told.token, { exact: true }).fill('ATATT-a-new-token-0123456789');
    await dialog.getByRole('button', { name: told.replace }).click();
    await expect(dialog.getByText(told.works, { exact: true })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('button', { name: told.invalid })).toHaveCount(0);

    await page.getByRole('tab', { name: told.keys }).click();
    await expect(page).toHaveURL(/\/admin\/keys$/);
    await page.goto(`${bench.origin}/admin/credentials`);
    await expect(page.getByRole('button', { name: 'Generate New Token' })).toBeVisible();
  });
}

test('untested credentials and those without credits are not green', async ({ page, ownBench: bench }) => {
  await logIn(page, bench);
  await bench.addCredential('good@example.com');
  await bench.addCredential('used.up+exhausted-for_600@example.com');
  await bench.addCredential('silent+credits_unavailable@example.com');
  await page.goto(`${bench.origin}/admin/credentials`);
  const dot = (name: string) => row(page, name).locator('[data-tone]').first();
  await expect(row(page, 'good@')).toContainText('Ready');
  await expect(dot('good@')).toHaveAttribute('data-tone', 'good');
  await expect(row(page, 'used.up')).toContainText('No credits');
  await expect(dot('used.up')).toHaveAttribute('data-tone', 'warn');
  await expect(row(page, 'silent')).toContainText('Untested');
  await expect(dot('silent')).toHaveAttribute('data-tone', 'idle');
});

test('two hundred credentials are there at once, and few of them in the document', async ({
  page,
  ownBench: bench,
}) => {
  const lines = Array.from(
    { length: 200 },
    (_, index) => `person.${String(index).padStart(3, '0')}@example.com:ATATT-${index}-0123456789`,
  );
  expect((await bench.admin('POST', '/credentials/import', { text: lines.join('\n') })).status).toBe(200);
  await logIn(page, bench);
  // Measure the page's processor time, because wall time depends on other load.
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const busyTime = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.POSITIVE_INFINITY) * 1000;
  };
  const times: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    await page.goto(`${bench.origin}/admin/settings`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    const before = await busyTime();
    await page.getByRole('navigation').getByRole('link', { name: 'Credentials' }).click();
    await expect(row(page, 'person.000').getByRole('checkbox')).toBeVisible();
    times.push((await busyTime()) - before);
  }
  expect(Math.min(...times)).toBeLessThan(1000);
  expect(Math.min(...times)).toBeGreaterThan(1);
  expect(await page.evaluate('document.querySelectorAll("*").length')).toBeLessThan(3000);
  await expect(page.getByRole('button', { name: 'All 200' })).toBeVisible();
  await takePicture(page, 'credentials-200', { fullPage: true });

  const box = page.getByRole('region', { name: 'Atlassian credentials' }).locator('section');
  await expect(row(page, 'person.199')).toHaveCount(0);
  await box.evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await expect(row(page, 'person.199')).toBeVisible();
  await page.getByLabel('Search').first().fill('person.123');
  await expect(row(page, 'person.123')).toBeVisible();
  await expect(page.locator('tr[data-row]')).toHaveCount(1);
  expect(await page.evaluate('document.querySelectorAll("*").length')).toBeLessThan(3000);
  await page.getByLabel('Search').first().fill('');
  await page.getByRole('checkbox', { name: 'Select all' }).check();
  const bar = page.getByRole('group', { name: 'Actions for the selected credentials' });
  await expect(bar).toContainText('200 selected');
  await bar.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByRole('dialog')).toContainText('person.000@example.com');
  await expect(page.getByRole('dialog')).toContainText('and 192 more');
});
