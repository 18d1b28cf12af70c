import { expectNothingClipped, findBrokenTitles, findClipped, widths } from './support/clipping.ts';
import { choose, expect, test } from './support/fixtures.ts';
import { takePicture } from './support/pictures.ts';

/** Buttons that open a page's largest dialog. */
const dialogs = {
  credentials: { en: 'Add credential', 'zh-CN': '添加凭证' },
  keys: { en: 'Custom key…', 'zh-CN': '自定义生成…' },
  models: { en: 'Add model', 'zh-CN': '添加模型' },
} as const;

const paths = [
  'credentials',
  'keys',
  'models',
  'playground',
  'connect',
  'doctor',
  'welcome',
  ...['account', 'pool', 'timeouts', 'retention', 'memory', 'appearance', 'backup', 'import', 'replicas', 'audit'].map(
    (tab) => `settings?tab=${tab}`,
  ),
];

for (const language of ['en', 'zh-CN'] as const) {
  test(`no page is cut off at the right, whatever the window: ${language}`, async ({ console: page, bench }) => {
    test.setTimeout(240_000);
    await bench.addCredential(`somebody.with.quite.a.long.name.${language}@a-subsidiary.example.com`);
    await bench.generateKey(`A key for the evaluation harness of the platform team ${language}`);
    await choose(page, language, 'light');
    for (const path of paths) {
      await page.goto(`${bench.origin}/admin/${path}`);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expect(page.locator('.mantine-Skeleton-root')).toHaveCount(0);
      for (const width of widths) {
        await page.setViewportSize({ width, height: 900 });
        await expectNothingClipped(page, `${path} at ${width} in ${language}`);
        await expect.poll(() => page.evaluate(findBrokenTitles), `${path} at ${width} in ${language}`).toEqual([]);
      }
      const opens = Object.entries(dialogs).find(([name]) => name === path)?.[1][language];
      if (opens !== undefined) {
        await page.getByRole('button', { name: opens }).click();
        await expect(page.getByRole('dialog').getByRole('textbox').first()).toBeVisible();
        for (const width of [360, 1024]) {
          await page.setViewportSize({ width, height: 900 });
          await expectNothingClipped(page, `the dialog of ${path} at ${width} in ${language}`);
          await expect(page.getByRole('dialog').locator('button[type=submit]')).toBeInViewport({ ratio: 1 });
        }
      }
      await takePicture(page, `fits-${path.replace(/\W/g, '-')}.${language}.2560`);
    }
  });
}

test('what is cut off or broken is found', async ({ console: page, bench }) => {
  await page.goto(`${bench.origin}/admin/models`);
  await expect(page.locator('[data-row]').first()).toBeVisible();
  await page.addStyleTag({ content: 'td { min-width: 400px }' });
  await expect.poll(() => page.evaluate(findClipped)).not.toEqual([]);
  await page.addStyleTag({ content: 'th { font-size: 200px !important; word-break: break-all !important }' });
  await expect.poll(() => page.evaluate(findBrokenTitles)).not.toEqual([]);
});
