import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expectAccessible } from './support/accessibility.ts';
import { choose, expect, type Language, type Theme, test } from './support/fixtures.ts';

const screens = join(import.meta.dirname, '../../test-results/screens');

/** Every page behind the login, with words in both languages that show it is up. */
const pages = [
  { path: '', name: 'overview', en: 'Overview', zh: '概览' },
  { path: 'credentials', name: 'credentials', en: 'Credentials', zh: '凭证' },
  { path: 'keys', name: 'keys', en: 'API keys', zh: 'API 密钥' },
  { path: 'models', name: 'models', en: 'Models', zh: '模型' },
  { path: 'playground', name: 'playground', en: 'Playground', zh: '试用' },
  { path: 'connect', name: 'connect', en: 'Connect', zh: '接入' },
  { path: 'requests', name: 'requests', en: 'Requests', zh: '请求' },
  { path: 'settings', name: 'settings', en: 'Settings', zh: '设置' },
  { path: 'settings?tab=pool', name: 'settings-pool', en: 'Settings', zh: '设置' },
  { path: 'settings?tab=timeouts', name: 'settings-timeouts', en: 'Settings', zh: '设置' },
  { path: 'settings?tab=retention', name: 'settings-retention', en: 'Settings', zh: '设置' },
  { path: 'settings?tab=appearance', name: 'settings-appearance', en: 'Settings', zh: '设置' },
  { path: 'settings?tab=backup', name: 'settings-backup', en: 'Settings', zh: '设置' },
  { path: 'settings?tab=audit', name: 'settings-audit', en: 'Settings', zh: '设置' },
] as const;

/** Waits until nothing stands in for content any more. */
async function settle(page: Page): Promise<void> {
  await expect(page.locator('.mantine-Skeleton-root')).toHaveCount(0);
}

const looks: readonly (readonly [Language, Theme])[] = [
  ['en', 'light'],
  ['en', 'dark'],
  ['zh-CN', 'light'],
  ['zh-CN', 'dark'],
];

for (const [language, theme] of looks) {
  test.describe(`${language}, ${theme}`, () => {
    for (const { path, name, en, zh } of pages) {
      test(`${name} is whole and accessible`, async ({ console: page, bench }) => {
        await choose(page, language, theme);
        await page.goto(`${bench.origin}/admin/${path}`);
        await expect(page.getByRole('heading', { level: 1 })).toHaveText(language === 'en' ? en : zh);
        await expect(page.locator('html')).toHaveAttribute('lang', language);
        await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', theme);
        await settle(page);
        await page.screenshot({ path: join(screens, `${name}.${language}.${theme}.png`), fullPage: true });
        await expectAccessible(page);
      });
    }

    test('login is whole and accessible', async ({ page, bench }) => {
      await choose(page, language, theme);
      await page.goto(`${bench.origin}/admin/login`);
      await expect(page.getByLabel(language === 'en' ? 'Password' : '密码', { exact: true })).toBeFocused();
      await page.screenshot({ path: join(screens, `login.${language}.${theme}.png`) });
      await expectAccessible(page);
    });
  });
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  for (const { path, name, en } of pages) {
    test(`${name} fits`, async ({ console: page, bench }) => {
      await page.goto(`${bench.origin}/admin/${path}`);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(en);
      await settle(page);
      await page.screenshot({ path: join(screens, `${name}.phone.png`), fullPage: true });
      expect(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBeLessThanOrEqual(0);
      await expectAccessible(page);
    });
  }

  test('the menu opens and leads on', async ({ console: page, bench }) => {
    await page.goto(`${bench.origin}/admin/`);
    await page.getByRole('button', { name: 'Open the menu' }).click();
    await page.getByRole('link', { name: 'Models' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Models');
    await expect(page.getByRole('button', { name: 'Open the menu' })).toBeVisible();
  });
});
