import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { startSimulator } from '../../simulator/start-simulator.ts';
import { ServerProcess } from '../support/server-process.ts';
import { expectAccessible } from './support/accessibility.ts';
import { watch } from './support/fixtures.ts';
import { takePicture } from './support/pictures.ts';
import { sampleModel } from './support/seed.ts';

/** A gateway process on an empty folder, as after the first `npm start`. */
const test = base.extend<{ fresh: ServerProcess }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the requested fixtures from this pattern
  fresh: async ({}, use) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'first-run-'));
    const simulator = await startSimulator();
    const server = await ServerProcess.serve({ DATA_DIR: dataDir, ATLASSIAN_ORIGIN: simulator.origin });
    await use(server);
    await server.stop();
    await simulator.close();
    rmSync(dataDir, { recursive: true, force: true });
  },
});

for (const { locale, words } of [
  {
    locale: 'en-US',
    words: {
      password: 'Password',
      logIn: 'Log in',
      current: 'Current password',
      fresh: 'New password',
      again: 'Confirm new password',
      change: 'Change password',
      add: 'Add credential',
      email: 'Email',
      token: 'API token',
      test: 'Test and continue',
      works: 'It works',
      save: 'Save',
      copy: 'Copy',
      copied: 'Copied',
      testAndAdd: 'Test and add',
      testRoutes: 'Test the routes',
      ask: 'Ask',
      done: 'The gateway works.',
      connect: 'Connect a client',
      leave: 'Go to the console instead',
      keyField: 'API key',
    },
  },
  {
    locale: 'zh-CN',
    words: {
      password: '密码',
      logIn: '登录',
      current: '当前密码',
      fresh: '新密码',
      again: '再次输入新密码',
      change: '修改密码',
      add: '添加凭证',
      email: '邮箱',
      token: 'API 令牌',
      test: '测试并继续',
      works: '可以使用',
      save: '保存',
      copy: '复制',
      copied: '已复制',
      testAndAdd: '测试并添加',
      testRoutes: '测试路由',
      ask: '提问',
      done: '网关工作正常。',
      connect: '接入客户端',
      leave: '直接进入控制台',
      keyField: 'API 密钥',
    },
  },
]) {
  test.describe(`the first run in ${locale}`, () => {
    test.use({ locale, permissions: ['clipboard-read', 'clipboard-write'] });

    test('takes five clicks from the login to a live answer', async ({ page, fresh }) => {
      const { origin } = fresh;
      const faults = watch(page, origin);
      const initial = /初始管理员密码: (\S+)/.exec(fresh.stdout)?.[1] ?? '';
      await page.goto(`${origin}/admin/`);
      await page.getByLabel(words.password, { exact: true }).fill(initial);
      await page.getByLabel(words.password, { exact: true }).press('Enter');
      await expect(page).toHaveURL(/\/admin\/change-password/);

      // The password that was just typed is not asked for again.
      await expect(page.getByLabel(words.current, { exact: true })).toHaveCount(0);
      await page.getByLabel(words.fresh, { exact: true }).fill('a much longer phrase 42');
      await page.getByLabel(words.again, { exact: true }).fill('a much longer phrase 42');
      await page.getByRole('button', { name: words.change }).click();

      await expect(page).toHaveURL(/\/admin\/welcome/);
      // After a login, the login dialog must not appear again.
      await expect(page.getByRole('dialog')).toHaveCount(0);
      await page.getByRole('textbox', { name: words.email }).fill('first@example.com');
      await page.getByLabel(words.token, { exact: true }).fill('ATATT-first-run-0123456789');
      await takePicture(page, `welcome-token.${locale}`);
      await expectAccessible(page);
      await page.getByRole('button', { name: words.testAndAdd }).click();

      await expect(page.locator('[data-step=now] h2')).toBeFocused();
      await page.getByRole('button', { name: words.testRoutes }).click();
      await page.getByRole('button', { name: 'Generate New Token' }).click();
      await page.getByRole('button', { name: words.ask, exact: true }).click();
      await expect(page.getByText(words.done)).toBeVisible();
      await expect(page.locator('[data-step=now] [role=status]')).toContainText(/\S/);
      await takePicture(page, `welcome-done.${locale}`, { fullPage: true });
      await expectAccessible(page);

      const key = (await page.getByTestId('secret').textContent()) ?? '';
      await page.getByRole('link', { name: words.connect }).click();
      await expect(page.getByLabel(words.keyField, { exact: true })).toHaveValue(key);
      expect(faults).toEqual([]);
    });

    test('leads from the printed password to an answered request', async ({ page, fresh }) => {
      const { origin } = fresh;
      const faults = watch(page, origin);
      const initial = /初始管理员密码: (\S+)/.exec(fresh.stdout)?.[1] ?? '';
      expect(initial).not.toBe('');

      await page.goto(`${origin}/admin/`);
      await expect(page).toHaveURL(/\/admin\/login/);
      await page.getByLabel(words.password, { exact: true }).fill('not the password');
      await page.getByRole('button', { name: words.logIn, exact: true }).click();
      await expect(page.getByRole('alert')).toBeVisible();
      await page.getByLabel(words.password, { exact: true }).fill(initial);
      await page.getByRole('button', { name: words.logIn, exact: true }).click();

      await expect(page).toHaveURL(/\/admin\/change-password/);
      await page.goto(`${origin}/admin/keys`);
      await expect(page).toHaveURL(/\/admin\/change-password/);
      const change = page.getByRole('button', { name: words.change });
      await page.getByLabel(words.current, { exact: true }).fill(initial);
      await page.getByLabel(words.fresh, { exact: true }).fill('short');
      await page.getByLabel(words.again, { exact: true }).fill('short');
      await expect(change).toBeDisabled();
      await takePicture(page, `change-password.${locale}`);
      await expectAccessible(page);
      await page.getByLabel(words.fresh, { exact: true }).fill('a much longer phrase 42');
      await page.getByLabel(words.again, { exact: true }).fill('a much longer phrase 42');
      await change.click();

      await expect(page).toHaveURL(/\/admin\/welcome/);
      await page.getByRole('link', { name: words.leave }).click();
      await expect(page).toHaveURL(/\/admin\/credentials/);
      const add = page.getByRole('button', { name: words.add }).first();
      await expect(add).toBeVisible();
      await takePicture(page, `first-credentials.${locale}`);
      await add.click();
      await page.getByRole('textbox', { name: words.email }).fill('first@example.com');
      await page.getByLabel(words.token, { exact: true }).fill('ATATT-first-run-0123456789');
      await page.getByRole('button', { name: words.test }).click();
      await expect(page.getByText(words.works, { exact: true })).toBeVisible();
      await page.getByRole('button', { name: words.save, exact: true }).click();
      await expect(page.getByText('first@example.com', { exact: true })).toBeVisible();

      await page.getByRole('button', { name: 'Generate New Token' }).click();
      const secret = page.getByTestId('secret');
      await expect(secret).toHaveText(/^sk-[\w-]{40,}$/);
      await takePicture(page, `new-key.${locale}`);
      await page.getByRole('button', { name: words.copy, exact: true }).click();
      await expect(page.getByRole('button', { name: words.copied, exact: true })).toBeVisible();
      const key = await page.evaluate<string>('navigator.clipboard.readText()');
      await expect(secret).toHaveText(key);

      await expectAnswers(origin, key);
      expect(faults).toEqual([]);
    });
  });
}

/** Sends the request of the pasted curl command, non-streaming and streaming. */
async function expectAnswers(origin: string, key: string): Promise<void> {
  const ask = (stream: boolean) =>
    fetch(`${origin}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${key}` },
      body: JSON.stringify({ model: sampleModel, stream, messages: [{ role: 'user', content: '你好，世界！' }] }),
    });
  const plain = await ask(false);
  expect(plain.status).toBe(200);
  expect(await plain.json()).toMatchObject({
    object: 'chat.completion',
    choices: [{ message: { role: 'assistant', content: expect.stringMatching(/\S/) } }],
  });
  const streamed = await ask(true);
  expect(streamed.status).toBe(200);
  expect(await streamed.text()).toMatch(/data: \[DONE\]\n\n$/);
}
