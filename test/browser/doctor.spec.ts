import { expectAccessible } from './support/accessibility.ts';
import { choose, expect, logIn, test } from './support/fixtures.ts';
import { takePicture } from './support/pictures.ts';

test('the doctor says what is wrong, and tries the routes once it was said what they cost', async ({
  page,
  ownBench: bench,
}) => {
  await bench.addCredential('healthy@example.com');
  await bench.addCredential('ill@example.com');
  bench.simulator.control.setCredential('ill@example.com', { credits: 'unauthorized', sites: 'unauthorized' });
  bench.simulator.control.setDefault({ 'door-unified': 'bare-429' });
  await logIn(page, bench);
  await choose(page, 'en', 'light');
  await page.goto(`${bench.origin}/admin/`);
  await page.getByRole('link', { name: 'Doctor' }).click();
  await expect(page.getByText('Not checked yet')).toBeVisible();
  await page.getByRole('button', { name: 'Check now' }).click();
  const checkup = page.getByRole('table', { name: 'Checkup' });
  await expect(checkup.locator('tr[data-check="folder"]')).toContainText(bench.dataDir);
  await expect(checkup.locator('tr[data-check="port"]')).toContainText('used by the running gateway');
  const ill = checkup.locator('tr[data-state="bad"]');
  await expect(ill).toHaveCount(1);
  await expect(ill).toContainText('ill@example.com Atlassian does not accept this e-mail and token');
  await expect(ill).toContainText('Make a new API token');
  await expect(page.getByText('1 item needs attention')).toBeVisible();
  await expectAccessible(page);

  expect(bench.simulator.control.requests({ kind: 'model' })).toEqual([]);
  await page.getByRole('button', { name: 'Test the routes…' }).click();
  const cost = page.getByText(/^Sends \d+ small requests with healthy@example.com: together about \$0\.\d+ at list/);
  await expect(cost).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(cost).toHaveCount(0);
  expect(bench.simulator.control.requests({ kind: 'model' })).toEqual([]);
  await page.getByRole('button', { name: 'Test the routes…' }).click();
  await page.getByRole('button', { name: 'Send them' }).click();
  const routes = page.getByRole('table', { name: 'Upstream routes' });
  await expect(routes.locator('tr', { hasText: 'vertex-anthropic' })).toContainText('answers (anthropic:');
  await expect(routes.locator('tr', { hasText: 'unified' })).toContainText('does not answer: 429');
  await takePicture(page, 'doctor-found', { fullPage: true });
  await expectAccessible(page);
});
