import type { Page } from '@playwright/test';
import { expectAccessible } from './support/accessibility.ts';
import { choose, expect, type Language, type Theme, test } from './support/fixtures.ts';
import { takePicture } from './support/pictures.ts';

/** Every page that requires a login, with its title. */
const pages = [
  { path: '', name: 'overview', en: 'Overview', 'zh-CN': '概览' },
  { path: 'credentials', name: 'credentials', en: 'Credentials', 'zh-CN': '凭证' },
  { path: 'keys', name: 'keys', en: 'API keys', 'zh-CN': 'API 密钥' },
  { path: 'models', name: 'models', en: 'Models', 'zh-CN': '模型' },
  { path: 'playground', name: 'playground', en: 'Playground', 'zh-CN': '操练场' },
  { path: 'connect', name: 'connect', en: 'Connect', 'zh-CN': '接入' },
  { path: 'requests', name: 'requests', en: 'Requests', 'zh-CN': '请求' },
  { path: 'doctor', name: 'doctor', en: 'Doctor', 'zh-CN': '诊断' },
  ...['account', 'pool', 'timeouts', 'retention', 'memory', 'appearance', 'backup', 'import', 'audit'].map((tab) => ({
    path: `settings?tab=${tab}`,
    name: `settings-${tab}`,
    en: 'Settings',
    'zh-CN': '设置',
  })),
] as const;

const bothThemes: readonly Theme[] = ['light', 'dark'];
const colorRules = ['color-contrast', 'link-in-text-block'];

/** Opens each page, waits until placeholders are gone, takes a screenshot and checks accessibility in each theme. */
async function visitAll(page: Page, origin: string, language: Language, look: string, themes: readonly Theme[]) {
  await choose(page, language, 'auto');
  for (const { path, name, [language]: title } of pages) {
    await test.step(name, async () => {
      await page.goto(`${origin}/admin/${path}`);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
      await expect(page.locator('.mantine-Skeleton-root')).toHaveCount(0);
      const overflow = () => page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
      await expect.poll(overflow, `${name} is wider than its window`).toBeLessThanOrEqual(0);
      await lookAt(page, `${name}.${look}`, themes);
    });
  }
  await expect(page.locator('html')).toHaveAttribute('lang', language);
}

/** The theme of the system changes under the page, which costs less than to load the page again. */
async function lookAt(page: Page, name: string, themes: readonly Theme[]): Promise<void> {
  for (const theme of themes) {
    await page.emulateMedia({ colorScheme: theme });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', theme);
    await takePicture(page, `${name}.${theme}`, { fullPage: true });
    // Only colours depend on the theme.
    await expectAccessible(page, theme === themes[0] ? undefined : colorRules);
  }
}

for (const language of ['en', 'zh-CN'] as const) {
  test(`every page is whole and accessible: ${language}`, async ({ console: page, bench }) => {
    test.setTimeout(300_000);
    await visitAll(page, bench.origin, language, language, bothThemes);
  });

  test(`the login is whole and accessible: ${language}`, async ({ page, bench }) => {
    await choose(page, language, 'auto');
    await page.goto(`${bench.origin}/admin/login`);
    await expect(page.getByLabel(language === 'en' ? 'Password' : '密码', { exact: true })).toBeFocused();
    await lookAt(page, `login.${language}`, bothThemes);
  });
}

test('what is not accessible is found', async ({ page, bench }) => {
  await page.goto(`${bench.origin}/admin/login`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.evaluate(`document.querySelector('h1').insertAdjacentHTML('afterend',
    '<img src="data:,"><p style="color: #ddd; background: #fff">too pale</p>')`);
  await expect(expectAccessible(page)).rejects.toThrow(/color-contrast: <p[\s\S]*image-alt: <img/);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('every page fits and is accessible', async ({ console: page, bench }) => {
    test.setTimeout(300_000);
    await visitAll(page, bench.origin, 'en', 'phone', ['light']);
  });

  test('the menu opens and leads on', async ({ console: page, bench }) => {
    await page.goto(`${bench.origin}/admin/`);
    await page.getByRole('button', { name: 'Open the menu' }).click();
    await page.getByRole('link', { name: 'Models' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Models');
    await expect(page.getByRole('button', { name: 'Open the menu' })).toBeVisible();
  });
});

test('the name of the product is there once, in the header of a phone or above the navigation', async ({
  console: page,
  bench,
}) => {
  await page.goto(`${bench.origin}/admin/doctor`);
  for (const width of [767, 768]) {
    await page.setViewportSize({ width, height: 900 });
    await expect(page.getByText('Atlassian Proxy').filter({ visible: true })).toHaveCount(1);
  }
});

test('the keyboard skips to the content, and reaches the navigation', async ({ console: page, bench }) => {
  await page.goto(`${bench.origin}/admin/models`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Go to' })).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Overview' })).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Add model' })).toBeFocused();
});
