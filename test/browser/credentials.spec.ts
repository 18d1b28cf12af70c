import type { Page } from '@playwright/test';
import { expectAccessible } from './support/accessibility.ts';
import { expect, test } from './support/fixtures.ts';
import { takePicture } from './support/pictures.ts';
import { sampleModel } from './support/seed.ts';

const row = (page: Page, name: string) => page.locator('tr[data-row]').filter({ hasText: name });

async function openMenu(page: Page, name: string, item: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

test.beforeEach(async ({ console: page, bench }) => {
  await page.goto(`${bench.origin}/admin/credentials`);
});

test('a credential is tried out, saved, edited, tested, reset and deleted', async ({ console: page }) => {
  await page.getByRole('button', { name: 'Add credential' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Test and continue' }).click();
  await expect(dialog.getByText('Enter the account’s email address.')).toBeVisible();
  await dialog.getByRole('textbox', { name: 'Email' }).fill('walk@example.com');
  await dialog.getByLabel('API token', { exact: true }).fill('ATATT-walk-0123456789');
  await dialog.getByRole('button', { name: 'Test and continue' }).click();
  await expect(dialog.getByText('It works', { exact: true })).toBeVisible();
  await expect(dialog.getByText('Credits left')).toBeVisible();
  await expect(dialog.getByRole('combobox', { name: 'Billing site' })).toBeVisible();
  await expect(dialog.getByLabel('Label')).toBeFocused();
  await takePicture(page, 'dialog-add-credential');
  await expectAccessible(page);
  await dialog.getByLabel('Label').fill('Walk');
  await dialog.getByRole('button', { name: '1 year' }).click();
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(row(page, 'walk@example.com')).toContainText('Ready');
  await expect(page.getByRole('columnheader', { name: 'Token expires' })).toBeVisible();
  await expect(row(page, 'walk@example.com')).toContainText(`, ${new Date().getFullYear() + 1}`);

  await openMenu(page, 'Walk', 'Edit');
  await dialog.getByRole('textbox', { name: 'Label' }).fill('Long walk');
  await dialog.getByLabel('Concurrency limit').fill('3');
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(row(page, 'Long walk')).toContainText('0 / 3');

  await page.getByRole('switch', { name: 'Use Long walk' }).press('Space');
  await expect(row(page, 'Long walk')).toContainText('Disabled');
  await page.getByRole('switch', { name: 'Use Long walk' }).press('Space');
  await expect(row(page, 'Long walk')).toContainText('Ready');

  await openMenu(page, 'Long walk', 'Test now');
  await expect(dialog.getByText('It works', { exact: true })).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await openMenu(page, 'Long walk', 'Drain');
  await expect(row(page, 'Long walk')).toContainText('Draining');
  await openMenu(page, 'Long walk', 'Stop draining');
  await expect(row(page, 'Long walk')).toContainText('Ready');
  await openMenu(page, 'Long walk', 'Clear cooldown');
  await expect(page.getByText('Ready for requests again')).toBeVisible();

  await openMenu(page, 'Long walk', 'Delete');
  await expect(dialog).toContainText('its token is erased');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(row(page, 'Long walk')).toBeVisible();
  await openMenu(page, 'Long walk', 'Delete');
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(row(page, 'Long walk')).toHaveCount(0);
});

test('a refused token shows an error and can still be saved', async ({ console: page }) => {
  await page.getByRole('button', { name: 'Add credential' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Email' }).fill('wrong+invalid@example.com');
  await dialog.getByLabel('API token', { exact: true }).fill('ATATT-wrong-0123456789');
  await dialog.getByRole('button', { name: 'Test and continue' }).click();
  await expect(dialog.getByText('It does not work')).toBeVisible();
  await expect(dialog.getByText(/has expired or was revoked, create a new one/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Save anyway' }).click();
  await expect(row(page, 'wrong+invalid@example.com')).toBeVisible();
});

test('many credentials are imported and deleted at once', async ({ console: page }) => {
  await page.getByRole('button', { name: 'Import' }).click();
  const dialog = page.getByRole('dialog');
  await dialog
    .getByLabel('One credential per line')
    .fill('bulk-one@example.com:ATATT-one-0123456789\nbulk-two@example.com,ATATT-two-0123456789,Bulk two\nnonsense');
  await dialog.getByRole('button', { name: 'Import' }).click();
  await expect(dialog.getByRole('status')).toHaveText('3 lines: 2 added, 0 already present, 1 not recognised');
  await expect(dialog.getByText('Not recognised', { exact: true })).toBeVisible();
  await takePicture(page, 'dialog-import');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Close' }).last().click();

  const choose = async () => {
    await page.getByRole('checkbox', { name: 'Select bulk-one@example.com' }).check();
    await page.getByRole('checkbox', { name: 'Select Bulk two' }).check();
  };
  const bar = page.getByRole('group', { name: 'Actions for the selected credentials' });
  await choose();
  await bar.getByRole('button', { name: 'Token expires' }).click();
  const inFiveDays = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
  await dialog.getByRole('textbox', { name: 'Token expires' }).fill(inFiveDays);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await expect(row(page, 'Bulk two')).toContainText(/in \d/);
  await page.getByRole('link', { name: 'Overview' }).click();
  await expect(page.getByRole('alert').filter({ hasText: '2 API tokens' })).toContainText('Bulk two');
  await page.goBack();
  await choose();
  await bar.getByRole('button', { name: 'Disable' }).click();
  await expect(row(page, 'Bulk two')).toContainText('Disabled');
  await choose();
  await bar.getByRole('button', { name: 'Delete' }).click();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(row(page, 'Bulk two')).toHaveCount(0);
  await expect(row(page, 'bulk-one@example.com')).toHaveCount(0);
});

test('states show their cause, evidence and countdown', async ({ console: page }) => {
  await expect(row(page, 'contractor')).toContainText(/Rate limited\s*1 h \d+ m/);
  await expect(row(page, 'contractor')).toContainText('429');
  await expect(row(page, 'old.laptop')).toContainText('Token invalid');
  await expect(row(page, 'night.shift')).toContainText('Disabled');
});

test('requests in flight are shown while they run, without a reload', async ({ console: page, bench }) => {
  const pool = page.getByRole('region', { name: 'Atlassian credentials' }).first();
  const total = async () => {
    const cells = await pool.locator('tr[data-row] td:nth-child(5)').allTextContents();
    return cells.reduce((sum, text) => sum + Number.parseInt(text, 10), 0);
  };
  await expect.poll(total).toBe(0);
  bench.simulator.control.next({ hang: 'before-headers' });
  const controller = new AbortController();
  const request = bench
    .chat({ model: sampleModel, messages: [{ role: 'user', content: 'wait' }] }, { signal: controller.signal })
    .catch(() => undefined);
  try {
    await expect.poll(total).toBeGreaterThan(0);
  } finally {
    controller.abort();
    await request;
  }
  await expect.poll(total).toBe(0);
});
