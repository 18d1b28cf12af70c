import type { Page } from '@playwright/test';
import { expectAccessible } from './support/accessibility.ts';
import { choose, expect, logIn, test } from './support/fixtures.ts';
import { takePicture } from './support/pictures.ts';

const row = (page: Page, name: string) => page.locator('tr[data-row]').filter({ hasText: name });

async function openMenu(page: Page, name: string, item: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

test('a model is added, named, used by its alias, probed and deleted', async ({ console: page, bench }) => {
  // The simulator knows the part after the first colon.
  const id = 'walk:claude-sonnet-4@20250514';
  await page.goto(`${bench.origin}/admin/models`);
  await page.getByRole('button', { name: 'Add model' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Model ID').fill('two words');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(dialog.getByText('Enter an ID without spaces')).toBeVisible();
  await takePicture(page, 'dialog-model');
  await expectAccessible(page);
  await dialog.getByLabel('Model ID').fill(id);
  await dialog.getByLabel('Input, per 1M tokens').fill('3');
  await dialog.getByLabel('Output, per 1M tokens').fill('1000001');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(dialog.getByText('Enter at most $1,000,000.00 per 1M tokens.')).toBeVisible();
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

  await openMenu(page, id, 'Which credentials can use it?');
  await expect(dialog.getByText(/^Sends \d+ small requests.*at list price/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Start' }).click();
  await expect(dialog.getByRole('row').filter({ hasText: 'Team account' }).last()).toContainText('Yes');
  await expect(dialog.getByRole('row').filter({ hasText: 'old.laptop' }).last()).toContainText('No');
  await takePicture(page, 'dialog-probe');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Close' }).last().click();

  await openMenu(page, id, 'Delete');
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('No model matches')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('switch', { name: id })).toBeChecked();
  await openMenu(page, id, 'Delete');
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('No model matches')).toBeVisible();
});

test('a model is listed once it is enabled', async ({ console: page, bench }) => {
  const id = 'openai:gpt-5.1';
  const isListed = async () => {
    const { baseUrl: _baseUrl, models } = JSON.parse(JSON.stringify((await bench.admin('GET', '/connection')).body));
    return models.includes(id);
  };
  await page.goto(`${bench.origin}/admin/models`);
  expect(await isListed()).toBe(true);
  await page.getByRole('switch', { name: `Enable ${id}` }).press('Space');
  await expect.poll(isListed).toBe(false);
  await page.getByRole('radio', { name: 'Enabled' }).press('Space');
  await expect(row(page, id)).toHaveCount(0);
  await page.getByRole('radio', { name: 'Disabled' }).press('Space');
  await page.getByRole('switch', { name: `Enable ${id}` }).press('Space');
  await expect.poll(isListed).toBe(true);
});

test('a model’s routes are reordered, switched off, and given back to the gateway', async ({
  page,
  ownBench: bench,
}) => {
  const id = 'openai:gpt-5.1';
  await logIn(page, bench);
  await choose(page, 'en', 'light');
  await page.goto(`${bench.origin}/admin/models`);
  const dialog = page.getByRole('dialog');
  const routes = () => dialog.locator('[data-endpoint]').evaluateAll((rows) => rows.map((one) => one.dataset.endpoint));
  await openMenu(page, id, 'Edit');
  await expect.poll(async () => (await routes()).at(-1)).toBe('unified');
  const derived = await routes();
  for (let step = 1; step < derived.length; step++)
    await dialog.getByRole('button', { name: 'Move unified up' }).click();
  await expect.poll(async () => (await routes())[0]).toBe('unified');
  await dialog.getByRole('switch', { name: 'Use openai-chat' }).press('Space');
  await expectAccessible(page);
  await takePicture(page, 'dialog-model-routes');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(row(page, id)).toContainText('unified');
  await expect(row(page, id)).not.toContainText('openai-chat');
  await openMenu(page, id, 'Edit');
  await dialog.getByRole('button', { name: 'Derived from the ID' }).click();
  await expect.poll(routes).toEqual(derived);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(row(page, id)).toContainText('openai-chat');
});

test('a new model gets the routes that its id suggests', async ({ page, ownBench: bench }) => {
  await logIn(page, bench);
  await choose(page, 'en', 'light');
  await page.goto(`${bench.origin}/admin/models`);
  await page.getByRole('button', { name: 'Add model' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Model ID').fill('house:gpt-9');
  await expect(dialog.getByLabel('Model ID on openai-chat')).toHaveValue('gpt-9');
  await dialog.getByRole('button', { name: 'Remove unified' }).click();
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(row(page, 'house:gpt-9')).toContainText('openai-chat');
  await expect(row(page, 'house:gpt-9')).not.toContainText('unified');
});
