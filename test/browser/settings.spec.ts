import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { Secret, TOTP } from 'otpauth';
import { allSecrets, goDatabase } from '../../server/import/testing/sources.ts';
import { expectAccessible } from './support/accessibility.ts';
import { adminPassword, expect, logIn, test } from './support/fixtures.ts';
import { takePicture } from './support/pictures.ts';

async function enterPassword(page: Page, origin: string, password: string): Promise<void> {
  await page.goto(`${origin}/admin/login`);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
}

test('the password changes, and other sessions end', async ({ page, browser, ownBench: bench }) => {
  await logIn(page, bench);
  const elsewhere = await (await browser.newContext()).newPage();
  await enterPassword(elsewhere, bench.origin, adminPassword);
  await expect(elsewhere.getByRole('heading', { level: 1 })).toHaveText('Overview');

  await page.goto(`${bench.origin}/admin/settings`);
  await expect(page.getByRole('region', { name: 'Sessions' }).locator('tr[data-row]')).toHaveCount(2);
  await page.getByLabel('Current password').fill(adminPassword);
  await page.getByLabel('New password', { exact: true }).fill('a quite different phrase');
  await expect(page.getByText('Strong')).toBeVisible();
  await page.getByLabel('Confirm new password').fill('a quite different phrase');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('Password changed.')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Sessions' }).locator('tr[data-row]')).toHaveCount(1);
  await expect(elsewhere.getByRole('dialog', { name: 'Log in again' })).toBeVisible();
  await elsewhere.context().close();
});

test('another session is logged out by hand', async ({ page, browser, ownBench: bench }) => {
  await logIn(page, bench);
  const elsewhere = await (await browser.newContext()).newPage();
  await enterPassword(elsewhere, bench.origin, adminPassword);
  await expect(elsewhere.getByRole('heading', { level: 1 })).toHaveText('Overview');
  await page.goto(`${bench.origin}/admin/settings`);
  await page.getByRole('button', { name: 'Log out', exact: true }).and(page.locator('tr *')).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Log out' }).click();
  await expect(page.getByText('Session logged out')).toBeVisible();
  await expect(elsewhere.getByRole('dialog', { name: 'Log in again' })).toBeVisible();
  await elsewhere.context().close();
});

test('a second factor is set up, asked for, and taken off', async ({ page, ownBench: bench }) => {
  await enterPassword(page, bench.origin, adminPassword);
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Enable' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Your admin password').fill(adminPassword);
  await dialog.getByRole('button', { name: 'Next' }).click();
  await expect(dialog.getByRole('img', { name: /QR code/ })).toBeVisible();
  await takePicture(page, 'dialog-second-factor');
  await expectAccessible(page);
  const secret = (await dialog.locator('code').first().textContent()) ?? '';
  await dialog.getByLabel('Authentication code').fill('000000');
  await dialog.getByRole('button', { name: 'Enable' }).click();
  await expect(dialog.getByRole('alert')).toBeVisible();
  const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate();
  await dialog.getByLabel('Authentication code').fill(code);
  await dialog.getByRole('button', { name: 'Enable' }).click();
  await expect(dialog.getByText('Save these recovery codes')).toBeVisible();
  const recovery = (await dialog.locator('code').first().textContent()) ?? '';
  await dialog.getByRole('button', { name: 'I have saved them' }).click();
  await expect(page.getByText(/recovery codes left/)).toBeVisible();

  await page.getByRole('button', { name: 'Log out', exact: true }).first().click();
  await expect(page).toHaveURL(/\/admin\/login/);
  await enterPassword(page, bench.origin, adminPassword);
  await page.getByLabel('Authentication code').fill(recovery);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Overview');

  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Disable' }).click();
  await dialog.getByLabel('Your admin password').fill(adminPassword);
  await dialog.getByRole('button', { name: 'Disable' }).click();
  await expect(page.getByRole('button', { name: 'Enable' })).toBeVisible();
});

test('a wrong password, again and again, has to wait', async ({ page, ownBench: bench }) => {
  await page.goto(`${bench.origin}/admin/login`);
  const alert = page.getByRole('alert');
  for (let attempt = 0; attempt < 20; attempt += 1) {
    await page.getByLabel('Password', { exact: true }).fill(`wrong ${attempt}`);
    const answer = page.waitForResponse(/\/admin\/api\/login$/);
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    if ((await answer).status() === 429) break;
  }
  await expect(alert).toContainText(/Too many attempts\. You can try again in \d+/);
});

test('the pool’s settings are saved', async ({ page, ownBench: bench }) => {
  await logIn(page, bench);
  await page.goto(`${bench.origin}/admin/settings?tab=pool`);
  await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled();
  await page.getByRole('combobox', { name: 'Strategy' }).click();
  await page.getByRole('option', { name: /Least busy/ }).click();
  await page.getByLabel('Attempts per request').fill('4');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved')).toBeVisible();
  await page.getByRole('tab', { name: 'Timeouts' }).click();
  await page.getByLabel('Silence').fill('45');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('tab', { name: 'Retention' }).click();
  await page.getByLabel('Logged content').fill('2');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect
    .poll(async () => (await bench.admin('GET', '/settings')).body)
    .toMatchObject({
      pool: { strategy: 'least-busy', maxAttempts: 4 },
      timeouts: { silence: 45_000 },
      retention: { contentDays: 2 },
    });
  await page.getByRole('tab', { name: 'Audit log' }).click();
  await expect(page.getByText('Changed settings').first()).toBeVisible();

  // Leaving the page with changes asks first; tabs keep them.
  await page.getByRole('tab', { name: 'Pool' }).click();
  await page.getByLabel('Attempts per request').fill('9');
  await page.getByRole('tab', { name: 'Audit log' }).click();
  await page.getByRole('link', { name: 'Models' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('tab', { name: 'Pool' }).click();
  await expect(page.getByLabel('Attempts per request')).toHaveValue('9');
  await page.getByRole('link', { name: 'Models' }).click();
  await page.getByRole('button', { name: 'Discard changes' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Models');
});

test('the configuration is exported and imported', async ({ page, ownBench: bench }) => {
  await logIn(page, bench);
  const id = await bench.addCredential('backup@example.com');
  await page.goto(`${bench.origin}/admin/settings?tab=backup`);
  const panel = page.getByRole('region', { name: 'Export' });
  await panel.getByLabel('Your admin password').fill(adminPassword);
  await panel.getByLabel('Passphrase', { exact: true }).fill('a passphrase');
  await panel.getByLabel('Confirm passphrase').fill('another');
  await expect(panel.getByText('The two passphrases differ.')).toBeVisible();
  await panel.getByLabel('Confirm passphrase').fill('a passphrase');
  const download = page.waitForEvent('download');
  await panel.getByRole('button', { name: 'Download' }).click();
  const file = await (await download).path();
  expect(await readFile(file, 'utf8')).not.toContain('backup@example.com');

  await bench.admin('DELETE', `/credentials/${id}`);
  const back = page.getByRole('region', { name: 'Import' });
  await page.locator('input[type=file]').setInputFiles(file);
  await back.getByLabel('Passphrase').fill('not the passphrase');
  await back.getByRole('button', { name: 'Import' }).click();
  await expect(back.getByRole('alert')).toBeVisible();
  await back.getByLabel('Passphrase').fill('a passphrase');
  await back.getByRole('button', { name: 'Import' }).click();
  await expect(page.getByText('Added 1 credentials')).toBeVisible();
});

test('data of another program is previewed, then imported', async ({ page, ownBench: bench }) => {
  await logIn(page, bench);
  await page.goto(`${bench.origin}/admin/settings?tab=import`);
  const files = [
    { name: '.env', mimeType: 'text/plain', buffer: Buffer.from('RV_COOKIE=in@example.com:made-up-token-1,broken\n') },
    { name: 'photo.png', mimeType: 'image/png', buffer: Buffer.from([137, 80, 78, 71, 0]) },
    ...goDatabase().map(({ name, bytes }) => ({ name, mimeType: 'application/x-sqlite3', buffer: Buffer.from(bytes) })),
  ];
  const look = page.getByRole('button', { name: 'Show what would be added' });
  const status = page.getByRole('status');
  await page.locator('input[type=file]').setInputFiles(files);
  await look.click();
  await expect(status.filter({ hasText: '4 of 7 lines are new.' })).toBeVisible();
  await expect(page.getByText('It does not begin with a valid email address.')).toBeVisible();
  await expect(page.getByText('Unreadable')).toBeVisible();
  expect((await bench.admin('GET', '/credentials')).body).toMatchObject({ credentials: [] });
  await page.getByRole('button', { name: 'Add 4' }).click();
  await expect(page.getByText('Added 4 of 7 lines.')).toBeVisible();
  expect((await bench.admin('GET', '/credentials')).body).toMatchObject({
    credentials: [{ email: 'in@example.com' }, { email: 'a@example.com' }, { email: 'b@example.com' }],
  });
  // The same files again.
  await look.click();
  await expect(status.filter({ hasText: '0 of 7 lines are new.' })).toBeVisible();
  for (const secret of ['made-up-token-1', ...allSecrets]) expect(await page.content()).not.toContain(secret);
});

test('daily backups are set up, and the overview says how the last one went', async ({ page, ownBench: bench }) => {
  await logIn(page, bench);
  await page.goto(`${bench.origin}/admin/settings?tab=backup`);
  await expect(page.getByText('No passphrase yet')).toBeVisible();
  await page.getByRole('button', { name: 'Set a passphrase' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Your admin password').fill(adminPassword);
  await dialog.getByLabel('Passphrase', { exact: true }).fill('a good passphrase');
  await dialog.getByLabel('Confirm passphrase').fill('a good passphrasf');
  await expect(dialog.getByText('The two passphrases differ.')).toBeVisible();
  await dialog.getByLabel('Confirm passphrase').fill('a good passphrase');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('No passphrase yet')).toBeHidden();
  await page.getByRole('switch', { name: 'Back up every day' }).press('Space');
  await page.getByLabel('Files kept').fill('3');
  await page.getByRole('region', { name: 'Daily backup' }).getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Back up now' }).click();
  await expect(page.getByText(/^Last backup: .+ [KM]B$/)).toBeVisible();
  await expect(page.getByText(/^atlassian-proxy-.+Z\.backup/)).toBeVisible();
  await page.goto(`${bench.origin}/admin`);
  await expect(page.getByRole('region', { name: 'Daily backup' }).getByText(/^Last backup: /)).toBeVisible();
});

test('language and theme are remembered', async ({ page, ownBench: bench }) => {
  await logIn(page, bench);
  await page.goto(`${bench.origin}/admin/settings?tab=appearance`);
  await page.getByRole('radio', { name: '中文' }).press('Space');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('设置');
  await page.getByRole('radio', { name: '深色' }).press('Space');
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('设置');
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
});

test('the memory of responses is sized, and switched off', async ({ page, ownBench: bench }) => {
  await logIn(page, bench);
  await page.goto(`${bench.origin}/admin/settings?tab=memory`);
  const memory = page.getByRole('region', { name: 'Responses memory' });
  await expect(memory.getByLabel('Space')).toHaveValue('64 MB');
  await memory.getByLabel('Space').fill('128');
  await memory.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved').first()).toBeVisible();
  expect((await bench.admin('GET', '/settings')).body).toMatchObject({ memory: { megabytes: 128, hours: 4 } });
  await memory.getByRole('switch', { name: 'Keep answers' }).uncheck({ force: true });
  await expect(memory.getByLabel('Space')).toBeDisabled();
  await memory.getByRole('button', { name: 'Save' }).click();
  await expect
    .poll(async () => (await bench.admin('GET', '/settings')).body)
    .toMatchObject({ memory: { enabled: false, megabytes: 128 } });
  await takePicture(page, 'settings-memory');
  await expectAccessible(page);
});
