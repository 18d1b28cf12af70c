import { expectAccessible } from './support/accessibility.ts';
import { adminPassword, choose, expect, logIn, test } from './support/fixtures.ts';
import { takePicture } from './support/pictures.ts';
import { sampleModel } from './support/seed.ts';

for (const language of ['en', 'zh-CN'] as const) {
  const words = {
    en: { title: 'Go to', settings: 'Alerts', shortcuts: 'Keyboard shortcuts', keys: 'API keys' },
    'zh-CN': { title: '跳转到', settings: '告警', shortcuts: '键盘快捷键', keys: 'API 密钥' },
  }[language];

  test(`the palette finds anything by a few letters: ${language}`, async ({ console: page, bench }) => {
    test.slow();
    await choose(page, language, 'light');
    await page.goto(`${bench.origin}/admin/`);
    const palette = page.getByRole('dialog', { name: words.title });
    const box = palette.getByRole('combobox', { name: words.title });
    const go = async (text: string) => {
      await page.keyboard.press('Control+k');
      await box.fill(text);
    };
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await go(words.settings);
    await expect(palette.getByRole('option')).not.toHaveCount(0);
    await takePicture(page, `palette-${language}`);
    await expectAccessible(page);
    await box.press('Enter');
    await expect(page).toHaveURL(/settings\?tab=alerts/);

    // Select a key with the arrow keys.
    await go('ci pipe');
    await expect(palette.getByRole('option', { name: 'CI pipeline' })).toBeVisible();
    await box.press('Enter');
    await expect(page).toHaveURL(/\/admin\/keys\/[\w-]+$/);

    await go('contractor');
    await palette.getByRole('option').first().click();
    await expect(page).toHaveURL(/\/admin\/credentials\?text=contractor/);

    await go(sampleModel);
    await expect(palette.getByRole('option', { name: sampleModel })).toBeVisible();
    await box.press('ArrowDown');
    await box.press('ArrowUp');
    await box.press('Enter');
    await expect(page).toHaveURL(/\/admin\/requests\?model=/);

    const { body } = await bench.admin('GET', '/requests?limit=1');
    const id = /"id":"([^"]+)"/.exec(JSON.stringify(body))?.[1] ?? '';
    await expect(palette).toBeHidden();
    await page.keyboard.press('/');
    await box.fill(id);
    await box.press('Enter');
    await expect(page).toHaveURL(new RegExp(`requests\\?id=${id}`));
    await expect(page.getByRole('dialog').filter({ hasText: id })).toBeVisible();
    await expect(palette).toBeHidden();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);

    await page.keyboard.press('?');
    await expect(page.getByRole('dialog', { name: words.shortcuts })).toBeVisible();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: words.title }).click();
    await expect(palette).toBeVisible();
  });
}

test('revoking and deleting take effect at once and can be undone', async ({ page, ownBench: bench }) => {
  const { id, key } = await bench.generateKey('Walker');
  await bench.addCredential('mei.lin@example.com');
  const ask = async () =>
    (await fetch(`${bench.origin}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status;
  await logIn(page, bench);
  await page.goto(`${bench.origin}/admin/keys`);
  const row = page.locator('tr[data-row]').filter({ hasText: 'Walker' });
  const revoke = async () => {
    await page.getByRole('button', { name: 'Actions for Walker' }).click();
    await page.getByRole('menuitem', { name: 'Revoke' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await expect(row).toHaveCount(0);
  };
  await revoke();
  await expect.poll(ask).toBe(401);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(row).toHaveCount(1);
  await expect.poll(ask).toBe(200);
  // Without undo, it is removed; also if the page is closed early.
  await revoke();
  await page.goto(`${bench.origin}/admin/credentials`);
  await expect.poll(async () => (await bench.admin('GET', `/keys/${id}`)).status).toBe(404);

  const credential = page.locator('tr[data-row]').filter({ hasText: 'mei.lin@example.com' });
  await page.getByRole('button', { name: 'Actions for mei.lin@example.com' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(credential).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(credential).toHaveCount(1);
  await expect(credential.getByRole('switch')).toBeChecked();
});

test('no draft is lost: by a click beside it, another tab, or the end of the session', async ({
  page,
  ownBench: bench,
}) => {
  test.setTimeout(60_000);
  await logIn(page, bench);
  await page.goto(`${bench.origin}/admin/keys`);
  await page.getByRole('button', { name: 'Custom key…' }).click();
  const dialog = page.getByRole('dialog');
  const name = dialog.getByLabel('Name', { exact: true });
  await name.fill('A long thought');
  await page.mouse.click(5, 5);
  await expect(name).toHaveValue('A long thought');

  await page.context().clearCookies();
  const login = page.getByRole('dialog', { name: 'Log in again' });
  await expect(login).toBeVisible();
  await expectAccessible(page);
  await login.getByLabel('Password').fill(adminPassword);
  await login.getByRole('button', { name: 'Log in' }).click();
  await expect(login).toBeHidden();
  await expect(name).toHaveValue('A long thought');

  // The click that finds the session ended leaves no error in the dialog after the login.
  await page.context().clearCookies();
  // The login may already cover the button.
  await dialog.getByRole('button', { name: 'Generate' }).dispatchEvent('click');
  await login.getByLabel('Password').fill(adminPassword);
  await expect(dialog.getByRole('alert')).toHaveCount(1);
  await login.getByRole('button', { name: 'Log in' }).click();
  await expect(login).toBeHidden();
  await expect(dialog.getByRole('alert')).toHaveCount(0);
  await dialog.getByRole('button', { name: 'Generate' }).click();
  await expect(page.getByTestId('secret')).toHaveText(/^sk-/);

  await page.goto(`${bench.origin}/admin/settings?tab=pool`);
  await page.getByLabel('Attempts per request').fill('7');
  await page.getByRole('tab', { name: 'Timeouts' }).click();
  await page.getByRole('tab', { name: 'Pool' }).click();
  await expect(page.getByLabel('Attempts per request')).toHaveValue('7');
});
