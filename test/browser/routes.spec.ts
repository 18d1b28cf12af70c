import { expectAccessible } from './support/accessibility.ts';
import { choose, expect, logIn, test } from './support/fixtures.ts';
import { takePicture } from './support/pictures.ts';

test('routes show their state, are probed after the cost is shown, and can be reopened', async ({
  page,
  ownBench: bench,
}) => {
  await bench.addCredential('routes@example.com');
  bench.simulator.control.setDefault({ 'door-unified': 'html-403' });
  await logIn(page, bench);
  await choose(page, 'en', 'light');
  await page.goto(`${bench.origin}/admin/credentials`);
  await page.getByRole('button', { name: /^Routes of routes@example.com: 0 open, 0 closed/ }).click();
  const dialog = page.getByRole('dialog');
  const route = (name: string) => dialog.locator(`tr[data-route="${name}"]`);
  await expect(route('unified')).toContainText('Not used yet');
  await expect(dialog.getByText(/^A probe sends one small request over a route.* together cost \$/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Probe all routes' }).click();
  await expect(route('unified')).toContainText(/Closed · Refused\s*1 s|tries it · Refused/);
  await expect(route('unified')).toContainText('403');
  await expect(route('openai-chat')).toContainText(/Open.*Works/);
  await takePicture(page, 'dialog-routes');
  await expectAccessible(page);
  bench.simulator.control.setDefault({ 'door-unified': 'open' });
  await dialog.getByRole('button', { name: 'Reopen unified' }).click();
  await expect(route('unified')).toContainText('Not used yet');
  await dialog.getByRole('button', { name: /^Probe unified \(/ }).click();
  await expect(route('unified')).toContainText(/Open.*Works/);
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await expect(page.getByRole('button', { name: /^Routes of routes@example.com: \d open, 0 closed/ })).toBeVisible();
});
