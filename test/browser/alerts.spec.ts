import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { z } from 'zod';
import { expectAccessible } from './support/accessibility.ts';
import { expectNothingClipped, widths } from './support/clipping.ts';
import { choose, expect, logIn, test } from './support/fixtures.ts';
import { takePicture } from './support/pictures.ts';

interface Posted {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A local webhook receiver. */
async function startHook() {
  const posted: Posted[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      posted.push({ headers: request.headers, body });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return { posted, url: `http://127.0.0.1:${port}/hook`, close: () => server.close() };
}

test('a channel is added, tested, allowed on a private address, and sends messages in the owner’s language', async ({
  page,
  ownBench: bench,
}) => {
  const hook = await startHook();
  await logIn(page, bench);
  await page.goto(`${bench.origin}/admin/settings?tab=alerts`);
  await page.getByRole('button', { name: 'Add channel' }).click();
  await page.getByRole('menuitem', { name: 'Webhook' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('On call');
  await dialog.getByLabel('Address').fill('not an address');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText('This value is not valid.')).toBeVisible();
  await dialog.getByLabel('Address').fill(hook.url);
  await dialog.getByLabel('Secret (optional)').fill('a shared secret');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();

  const channel = page.getByRole('region', { name: 'On call' });
  await channel.getByRole('button', { name: 'Send test' }).click();
  await expect(page.getByText('is an address in a private network, which is not allowed').first()).toBeVisible();
  expect(hook.posted).toEqual([]);

  await page.getByRole('switch', { name: 'Allow private network addresses' }).check();
  await page.getByRole('combobox', { name: 'Message language' }).click();
  await page.getByRole('option', { name: '中文' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Times in messages:')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled();
  await channel.getByRole('button', { name: 'Send test' }).click();
  await expect.poll(() => hook.posted.length).toBe(1);
  const [{ headers, body } = { headers: {}, body: '' }] = hook.posted;
  expect(JSON.parse(body)).toMatchObject({ type: 'alert.test', data: { lines: ['告警会发到这里。'] } });
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  expect(headers['webhook-signature']).toBe(
    `v1,${createHmac('sha256', 'a shared secret').update(signed).digest('base64')}`,
  );
  await expect(page.getByRole('region', { name: 'Recent messages' })).toContainText('Atlassian Proxy：测试');

  await channel.getByRole('button', { name: 'Edit' }).click();
  await expect(page.getByRole('dialog')).toContainText(/Saved: http:\/\/127\.0\.0\.1:\d+\/…/);
  await expect(page.getByRole('dialog').getByLabel('Address')).toHaveValue('');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await channel.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('No channel yet')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(channel.getByRole('switch')).toBeChecked();
  hook.close();
});

for (const language of ['en', 'zh-CN'] as const) {
  test(`alerts fit every window: ${language}`, async ({ page, ownBench: bench }) => {
    const add = (kind: string, name: string, values: Record<string, string>) =>
      bench.admin('POST', '/alerts/channels', { kind, name, values });
    await add('feishu', 'Platform team on call', {
      url: 'https://open.feishu.cn/open-apis/bot/v2/hook/0123456789abcdef',
    });
    const mail = { host: 'smtp.example.com', port: '465', security: 'tls', from: 'gateway@example.com' };
    await add('email', 'Owners', { ...mail, to: 'mei.lin@example.com, platform@example.com' });
    await logIn(page, bench);
    await choose(page, language, 'light');
    await page.goto(`${bench.origin}/admin/settings?tab=alerts`);
    await expect(page.getByText('smtp')).toHaveCount(0);
    await expect(page.getByRole('region', { name: 'Owners' })).toBeVisible();
    await expectAccessible(page);
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      await expectNothingClipped(page, `alerts at ${width}`);
      if (width === 360 || width === 1280) await takePicture(page, `alerts-${language}-${width}`, { fullPage: true });
    }
  });
}
