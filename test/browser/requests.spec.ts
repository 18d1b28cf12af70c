import type { Page } from '@playwright/test';
import type { TestBench } from '../support/gateway.ts';
import { expectAccessible } from './support/accessibility.ts';
import { expectNothingClipped, widths } from './support/clipping.ts';
import { choose, expect, logIn, test } from './support/fixtures.ts';
import { takePicture } from './support/pictures.ts';
import { sampleModel } from './support/seed.ts';

const rows = (page: Page) => page.locator('tr[data-row]');

/** Sends one request. @returns its id */
async function ask(bench: TestBench, body: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const response = await bench.chat({ model: sampleModel, messages: [{ role: 'user', content: 'hi' }], ...body });
  await response.text();
  return response.headers.get('x-request-id') ?? '';
}

test('the log filters, and a row opens its trace', async ({ console: page, bench }) => {
  await page.goto(`${bench.origin}/admin/requests?outcome=failure`);
  const unknown = rows(page).filter({ hasText: 'no-such-model' }).first();
  await expect(unknown).toContainText('Not found');
  await expect(rows(page).filter({ hasText: 'Answered' })).toHaveCount(0);
  const opener = unknown.getByRole('button').first();
  await opener.press('Enter');
  const drawer = page.getByRole('dialog', { name: 'Request' });
  await expect(drawer).toContainText('404');
  await expect(drawer).toContainText('The request ended before a credential was chosen.');
  await page.keyboard.press('Escape');
  await expect(drawer).toBeHidden();
  await expect(opener).toBeFocused();

  await page.getByRole('combobox', { name: 'Result' }).click();
  await page.getByRole('option', { name: 'Answered' }).click();
  await expect(page).toHaveURL(/outcome=success/);
  await rows(page).first().click();
  await expect(drawer).toContainText(/Round robin|Same conversation/);
  await expect(drawer).toContainText('Input tokens');
  await expect(drawer.getByRole('button', { name: 'Copy as curl' })).toBeVisible();
  await takePicture(page, 'drawer-request');
  await expectAccessible(page);
});

const traceWords = {
  en: { drawer: 'Request', picture: 'Copy as image', copied: 'Image copied', playground: 'Open in Playground' },
  'zh-CN': { drawer: '请求详情', picture: '复制为图片', copied: '图片已复制', playground: '在操练场中打开' },
} as const;

for (const language of ['en', 'zh-CN'] as const) {
  test.describe(`a trace in ${language}`, () => {
    test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

    test('is a waterfall of attempts that can be stepped through, shared and followed', async ({
      console: page,
      bench,
    }) => {
      const words = traceWords[language];
      await choose(page, language, 'light');
      bench.simulator.control.next({ status: 503, 'first-byte': 60 }, { 'first-byte': 120, pace: 30 });
      const id = await ask(bench, { stream: true });
      const plain = await ask(bench);
      await page.goto(`${bench.origin}/admin/requests?id=${id}`);
      const drawer = page.getByRole('dialog', { name: words.drawer });
      const attempts = drawer.locator('[data-attempt]');
      await expect(attempts).toHaveCount(2);
      await expect(attempts.nth(0)).toHaveAttribute('data-attempt', 'transient');
      await expect(attempts.nth(0)).toContainText('503');
      await expect(attempts.nth(1)).toHaveAttribute('data-attempt', 'success');
      await expect(attempts.nth(1).locator('[data-failover]')).toHaveCount(1);
      // On a common axis, the second bar starts where the first one ends, and ends at the right edge.
      await expect(async () => {
        const [first, second] = await Promise.all(
          [0, 1].map((place) => attempts.nth(place).locator('[data-tone]').boundingBox()),
        );
        expect(second?.x).toBeGreaterThanOrEqual((first?.x ?? Number.NaN) + (first?.width ?? Number.NaN) - 2);
      }).toPass({ timeout: 15_000 });
      await takePicture(page, `trace.${language}`);
      await expectAccessible(page);

      const skipped = attempts.nth(0).getByRole('button', { expanded: false });
      await skipped.click();
      await expect(attempts.nth(0)).toContainText('night.shift@example.com');

      await drawer.getByRole('button', { name: words.picture }).click();
      await expect(page.getByText(words.copied)).toBeVisible();
      const kinds = await page.evaluate('navigator.clipboard.read().then((items) => items[0].types)');
      expect(kinds).toEqual(['image/png']);

      await page.keyboard.press('k');
      await expect(page).toHaveURL(new RegExp(plain));
      await page.keyboard.press('j');
      await expect(page).toHaveURL(new RegExp(id));
      await drawer.getByRole('link', { name: sampleModel, exact: true }).click();
      await expect(page).toHaveURL(/model=anthropic/);
      await expect(drawer).toBeHidden();
    });
  });
}

test('logged content is shown as a conversation, and opens in the playground', async ({ console: page, bench }) => {
  const soon = Date.now() + 60_000;
  const { key } = await bench.generateKey('logged', { contentLoggingUntil: soon });
  const response = await bench.chat(
    {
      model: sampleModel,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'What did I say?' },
      ],
    },
    { headers: { authorization: `Bearer ${key}` } },
  );
  await response.text();
  await page.goto(`${bench.origin}/admin/requests?id=${response.headers.get('x-request-id')}`);
  const drawer = page.getByRole('dialog', { name: 'Request' });
  const turns = drawer.locator('[data-role]');
  await expect(turns).toHaveCount(3);
  await expect(turns.nth(0)).toContainText('Be brief.');
  await expect(turns.nth(2)).toContainText('You said: What did I say?');
  await drawer.getByRole('radio', { name: 'Raw' }).press('Space');
  await expect(drawer.getByLabel('The request', { exact: true })).toContainText('"role": "system"');
  await drawer.getByRole('button', { name: 'Open in Playground' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Playground');
  await expect(page.getByLabel('System prompt')).toHaveValue('Be brief.');
  await expect(page.getByRole('region', { name: 'Conversation' })).toContainText('What did I say?');
});

test('an upstream’s 503 is not reported as a pool without free credentials', async ({ page, ownBench: bench }) => {
  await logIn(page, bench);
  await bench.addCredential('only@example.com');
  bench.simulator.control.setDefault({ status: 503 });
  const id = await ask(bench);
  await page.goto(`${bench.origin}/admin/requests?id=${id}`);
  const drawer = page.getByRole('dialog', { name: 'Request' });
  await expect(drawer.getByRole('alert')).toContainText('Upstream overloaded');
  await expect(drawer).not.toContainText('No credential was free');
});

test('page, filters and order are in the URL', async ({ console: page, bench }) => {
  await Promise.all(Array.from({ length: 55 }, () => ask(bench, { max_tokens: 50 })));
  await page.goto(`${bench.origin}/admin/requests`);
  await expect(rows(page)).toHaveCount(50);
  const newest = (await rows(page).first().getAttribute('data-row')) ?? '';
  await page.mouse.move(5, 5);
  await page.getByRole('button', { name: 'Older' }).click();
  await expect(page).toHaveURL(/page=2/);
  await expect(page.getByText('Page 2')).toBeVisible();
  await expect(page.locator(`tr[data-row="${newest}"]`)).toHaveCount(0);
  const oldest = (await rows(page).first().getAttribute('data-row')) ?? '';
  await page.reload();
  await expect(page.locator(`tr[data-row="${oldest}"]`)).toHaveCount(1);
  await page.getByRole('button', { name: 'Newer' }).click();
  await expect(page).not.toHaveURL(/page=/);
  await expect(page.locator(`tr[data-row="${newest}"]`)).toHaveCount(1);

  await page.getByRole('columnheader', { name: 'Cost' }).getByRole('button').click();
  await expect(page).toHaveURL(/largest=cost/);
  await expect(page.getByRole('columnheader', { name: 'Cost' })).toHaveAttribute('aria-sort', 'descending');
  await expect(page.locator('#content').getByText('Most expensive first')).toBeVisible();
  await expect(async () => {
    const texts = await rows(page).locator('td:nth-last-child(2)').allTextContents();
    const costs = texts.map((text) => Number(text.replace('$', '')) || 0);
    expect(costs.length).toBeGreaterThan(10);
    expect(costs).toEqual([...costs].sort((a, b) => b - a));
  }).toPass({ timeout: 15_000 });
  await page.getByRole('columnheader', { name: 'Time' }).getByRole('button').click();
  await expect(page).not.toHaveURL(/largest=/);
});

test('the newest page is live, holds still while hovered, and can be paused', async ({ console: page, bench }) => {
  await page.goto(`${bench.origin}/admin/requests`);
  const first = await ask(bench);
  const row = (id: string) => page.locator(`tr[data-row="${id}"]`);
  await expect(row(first)).toBeVisible();

  await rows(page).nth(2).hover();
  await expect(page.getByText('Paused while you view a row')).toBeVisible();
  const second = await ask(bench);
  await expect(page.getByRole('button', { name: /Show \d+ new/ })).toBeVisible();
  await expect(row(second)).toHaveCount(0);
  await page.mouse.move(5, 5);
  await expect(row(second)).toBeVisible();

  await page.getByRole('button', { name: 'Pause' }).click();
  const third = await ask(bench);
  await page.getByRole('button', { name: 'Show 1 new' }).click();
  await expect(row(third)).toBeVisible();
  const fourth = await ask(bench);
  await expect(page.getByRole('button', { name: 'Show 1 new' })).toBeVisible();
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(row(fourth)).toBeVisible();
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

test('the column headers stay in view', async ({ console: page, bench }) => {
  await page.goto(`${bench.origin}/admin/requests`);
  await expect(rows(page).nth(9)).toBeVisible();
  await page.setViewportSize({ width: 1360, height: 500 });
  await page.mouse.move(5, 5);
  await page.evaluate('window.scrollTo(0, 400)');
  await expect(page.getByRole('columnheader', { name: 'Model' })).toBeInViewport();
});

for (const language of ['en', 'zh-CN'] as const) {
  test(`requests fit every window: ${language}`, async ({ console: page, bench }) => {
    test.setTimeout(90_000);
    bench.simulator.control.next({ status: 503 });
    await ask(bench, { stream: true });
    await bench.addCredential(`a.person.with.a.very.long.name.${language}@subsidiary.example.com`);
    await Promise.all(Array.from({ length: 8 }, () => ask(bench, { stream: true })));
    await choose(page, language, 'light');
    await page.goto(`${bench.origin}/admin/requests?range=24h`);
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      await expect(page.locator('[data-row]').first()).toBeVisible();
      const firstCard = page.locator('ul[aria-label] li[data-row]').first();
      await expect(firstCard, `${width}: cards`).toBeVisible({ visible: width < 1024 });
      await expectNothingClipped(page, `${language} at ${width}`);
      await takePicture(page, `requests.${language}.${width}`);
    }
  });
}
