import { expectNothingClipped, findClipped, widths } from './support/clipping.ts';
import { choose, expect, test } from './support/fixtures.ts';
import { takePicture } from './support/pictures.ts';

const paths = [
  'credentials',
  'keys',
  'models',
  'playground',
  'connect',
  ...['account', 'pool', 'timeouts', 'retention', 'memory', 'appearance', 'backup', 'import', 'audit'].map(
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
      }
      await takePicture(page, `fits-${path.replace(/\W/g, '-')}.${language}.2560`);
    }
  });
}

test('what is cut off is found', async ({ console: page, bench }) => {
  await page.goto(`${bench.origin}/admin/models`);
  await expect(page.locator('[data-row]').first()).toBeVisible();
  await page.addStyleTag({ content: 'td { min-width: 400px }' });
  expect(await page.evaluate(findClipped)).not.toEqual([]);
});
