import type { Page } from '@playwright/test';
import { expectAccessible } from './support/accessibility.ts';
import { expect, test } from './support/fixtures.ts';
import { takePicture } from './support/pictures.ts';

const row = (page: Page, name: string) => page.locator('tr[data-row]').filter({ hasText: name });

async function openMenu(page: Page, name: string, item: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

test('a model is added, named, used by its alias, probed and deleted', async ({ console: page, bench }) => {
  // The simulator knows what stands after the first colon.
  const id = 'walk:claude-sonnet-4@20250514';
  await page.goto(`${bench.origin}/admin/models`);
  await page.getByRole('button', { name: 'Add model' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Model id').fill('two words');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(dialog.getByText('Enter an id without spaces')).toBeVisible();
  await takePicture(page, 'dialog-model');
  await expectAccessible(page);
  await dialog.getByLabel('Model id').fill(id);
  await dialog.getByLabel('Input, per 1M tokens').fill('3');
  await dialog.getByLabel('Output, per 1M tokens').fill('15');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByLabel('Search').fill('walk');
  await expect(page.locator('tr[data-row]')).toHaveCount(1);
  await expect(row(page, id)).toContainText('$3.00 / $15.00');

  await openMenu(page, id, 'Edit');
  await dialog.getByLabel('Aliases').fill('walk-alias');
  await dialog.getByLabel('Aliases').press('Enter');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(row(page, id)).toContainText('also as walk-alias');
  const answer = await bench.chat({ model: 'walk-alias', messages: [{ role: 'user', content: 'hi' }] });
  expect(answer.status).toBe(200);
  await answer.text();

  await openMenu(page, id, 'Who can use it?');
  await expect(dialog.getByRole('row').filter({ hasText: 'Team account' })).toContainText('Yes');
  await expect(dialog.getByRole('row').filter({ hasText: 'old.laptop' })).toContainText('No');
  await takePicture(page, 'dialog-probe');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Close' }).last().click();

  await openMenu(page, id, 'Delete');
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('No model matches')).toBeVisible();
});

test('a model is offered once it is enabled', async ({ console: page, bench }) => {
  const id = 'openai:gpt-5.1';
  const isListed = async () => {
    const { baseUrl: _baseUrl, models } = JSON.parse(JSON.stringify((await bench.admin('GET', '/connection')).body));
    return models.includes(id);
  };
  await page.goto(`${bench.origin}/admin/models`);
  expect(await isListed()).toBe(false);
  await page.getByRole('switch', { name: `Offer ${id}` }).press('Space');
  await expect.poll(isListed).toBe(true);
  await page.getByRole('radio', { name: 'Disabled' }).press('Space');
  await expect(row(page, id)).toHaveCount(0);
  await page.getByRole('radio', { name: 'Enabled' }).press('Space');
  await page.getByRole('switch', { name: `Offer ${id}` }).press('Space');
  await expect.poll(isListed).toBe(false);
});
