import { expectAccessible } from './support/accessibility.ts';
import { expectNothingClipped, widths } from './support/clipping.ts';
import { adminPassword, choose, expect, test } from './support/fixtures.ts';
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
  await page.getByRole('button', { name: 'Set up curl' }).click();
  await expect(page.getByRole('region', { name: 'curl' })).toContainText(`Bearer ${key}`);
  await expect(page.getByRole('region', { name: 'curl' })).toContainText(`${bench.origin}/v1/chat/completions`);
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Run the test' }).click();
  const panel = page.getByRole('region', { name: 'Self-test' });
  await expect(panel).toContainText(/Plain answer\s*HTTP 200/);
  await expect(panel).toContainText(/Streamed answer\s*HTTP 200/);
  await takePicture(page, 'connect-tested');
});

test('every client has its set-up', async ({ console: page, bench }) => {
  await page.getByLabel('API key', { exact: true }).fill('sk-pasted');
  const cards = page.getByRole('region', { name: 'Clients' }).getByRole('button', { name: /^Set up / });
  await expect(cards).toHaveCount(24);
  for (const card of await cards.all()) {
    await card.click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toBeVisible();
    await expect(async () => {
      // The link's content is encoded.
      const links = await dialog.getByRole('link').evaluateAll((all) => all.map((link) => link.getAttribute('href')));
      const text = `${await dialog.innerText()}\n${links.map((link) => decodeURIComponent(link ?? '')).join('\n')}`;
      expect(text).toContain('sk-pasted');
      expect(text).toMatch(/127\.0\.0\.1|localhost|host\.docker\.internal/);
    }).toPass({ timeout: 15_000 });
    expect(new URL(page.url()).port).toBe(new URL(bench.origin).port);
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
  }
});

for (const language of ['en', 'zh-CN'] as const) {
  const words = {
    en: {
      key: 'API key',
      import: 'Import into Cherry Studio',
      setUp: 'Set up ',
      qr: /QR code/,
      only: 'Only this machine',
    },
    'zh-CN': {
      key: 'API 密钥',
      import: '导入 Cherry Studio',
      setUp: '查看配置：',
      qr: /二维码/,
      only: '只有本机能访问',
    },
  }[language];
  test(`a client imports the connection by one click or a QR code: ${language}`, async ({ console: page, bench }) => {
    await choose(page, language, 'light');
    await page.goto(`${bench.origin}/admin/connect`);
    await expect(page.getByText(words.only)).toBeVisible();
    // Without a key there is nothing to import.
    await expect(page.getByRole('link', { name: words.import })).toHaveCount(0);
    await page.getByLabel(words.key, { exact: true }).fill('sk-pasted');
    const importer = page.getByRole('link', { name: words.import });
    await expect(importer).toHaveAttribute('href', /^cherrystudio:\/\/providers\/api-keys\?v=1&data=/);
    const link = await importer.getAttribute('href');
    const data = decodeURIComponent(link?.split('data=')[1] ?? '')
      .replaceAll('_', '+')
      .replaceAll('-', '/');
    expect(JSON.parse(Buffer.from(data, 'base64').toString('utf8'))).toMatchObject({
      apiKey: 'sk-pasted',
      baseUrl: bench.origin,
    });

    await page.goto(`${bench.origin}/admin/connect?client=openWebUi`);
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('http://host.docker.internal:');
    await expect(dialog).toContainText('--add-host=host.docker.internal:host-gateway');
    await expect(dialog).toContainText('HOST=0.0.0.0');
    await page.keyboard.press('Escape');

    await page.getByLabel(words.key, { exact: true }).fill('sk-pasted');
    await page.getByRole('button', { name: `${words.setUp}Chatbox` }).click();
    await expect(page.getByRole('dialog').getByRole('img', { name: words.qr })).toBeVisible();
    await takePicture(page, `connect-chatbox-${language}`);
    await expectAccessible(page);
  });

  test(`the set-ups fit every window: ${language}`, async ({ console: page, bench }) => {
    await choose(page, language, 'light');
    await page.goto(`${bench.origin}/admin/connect`);
    await page.getByLabel(words.key, { exact: true }).fill('sk-pasted');
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      await expectNothingClipped(page, `connect at ${width}`);
      if (width === 360 || width === 1280) await takePicture(page, `connect-${language}-${width}`, { fullPage: true });
    }
  });
}

test('a wrong key gets a hint', async ({ console: page }) => {
  await page.getByLabel('API key', { exact: true }).fill('sk-wrong');
  await page.getByRole('button', { name: 'Run the test' }).click();
  const panel = page.getByRole('region', { name: 'Self-test' });
  await expect(panel).toContainText('HTTP 401');
  await expect(panel).toContainText('The key is wrong, disabled or expired.');
});

test('a set-up is printed alone, with its code in full and dark on white', async ({ console: page, bench }) => {
  await choose(page, 'en', 'dark');
  await page.goto(`${bench.origin}/admin/connect`);
  await page.getByRole('button', { name: 'Set up Claude Code' }).click();
  const code = page.getByRole('dialog').getByRole('region').last();
  await expect(code).toBeVisible();
  await page.emulateMedia({ media: 'print' });
  await page.evaluate('dispatchEvent(new Event("beforeprint"))');
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'light');
  await expect(page.locator('#root')).toBeHidden();
  await expect(page.getByRole('button', { name: 'Copy' })).toHaveCount(0);
  await expect.poll(() => code.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
  await page.evaluate('dispatchEvent(new Event("afterprint"))');
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
});
