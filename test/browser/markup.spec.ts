import { z } from 'zod';
import { expect, logIn, test, watch } from './support/fixtures.ts';

/** Runs if a page interprets a name, a user agent or a message as markup. */
const markup = `"><img src=x onerror="alert(1)"><script>alert(2)</script>`;
const model = 'anthropic:claude-3-5-sonnet-v2@20241022';

test('what clients, imports and the upstream write is shown as text on every page', async ({
  page,
  ownBench: bench,
}) => {
  await bench.addCredential('markup@example.com');
  await bench.admin('POST', '/credentials', { email: 'other@example.com', token: 'ATATT-token', label: markup });
  await bench.admin('POST', '/alerts/channels', {
    kind: 'slack',
    name: markup,
    values: { url: 'https://a.example/x' },
  });
  const { id, key } = await bench.generateKey(markup, { contentLoggingUntil: Date.now() + 3_600_000 });
  const headers = { authorization: `Bearer ${key}`, 'user-agent': markup };
  const ask = async (wanted: string) =>
    (await bench.chat({ model: wanted, messages: [{ role: 'user', content: markup }] }, { headers })).text();
  await ask(model);
  await ask(markup);
  const item = z.object({ requests: z.array(z.object({ id: z.string() })) });
  const requests = async () => item.parse((await bench.admin('GET', '/requests')).body).requests;
  await expect.poll(async () => (await requests()).length).toBe(2);

  await logIn(page, bench);
  const faults = watch(page, bench.origin);
  const traces = (await requests()).map((request) => `requests?id=${request.id}`);
  for (const path of ['credentials', 'keys', `keys/${id}`, 'requests', ...traces]) {
    await page.goto(`${bench.origin}/admin/${path}`);
    await expect(page.getByText('onerror').first(), path).toBeVisible();
  }
  await page.goto(`${bench.origin}/admin/settings?tab=audit`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  // A page that tried to run it would have broken the security policy.
  expect(faults).toEqual([]);
});
