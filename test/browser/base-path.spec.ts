import { createServer, request as httpRequest, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { test as base } from '@playwright/test';
import { adminPassword, startTestBench, type TestBench } from '../support/gateway.ts';
import { expect, watch } from './support/fixtures.ts';

const basePath = '/y/atlassian';

interface Proxied {
  readonly bench: TestBench;
  readonly origin: string;
}

/** Returns a currently unused port. */
async function freePort(): Promise<number> {
  const probe = createTcpServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port }: AddressInfo = Object(probe.address());
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** A reverse proxy that serves the gateway below a base path only. */
function startProxy(target: string, port: number, cutsPath: boolean): Promise<Server> {
  const { hostname, port: targetPort } = new URL(target);
  const server = createServer((request, response) => {
    const { method, url = '/', headers } = request;
    if (!url.startsWith(basePath)) {
      response.writeHead(404).end('Another service.');
      return;
    }
    const path = cutsPath ? url.slice(basePath.length) || '/' : url;
    const passed = httpRequest({
      hostname,
      port: targetPort,
      method,
      path,
      headers: { ...headers, host: 'localhost' },
    });
    passed.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    request.pipe(passed);
  });
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
}

for (const cutsPath of [false, true]) {
  const test = base.extend<{ proxied: Proxied }>({
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the requested fixtures from this pattern
    proxied: async ({}, use) => {
      const port = await freePort();
      const origin = `http://127.0.0.1:${port}`;
      const bench = await startTestBench({ PUBLIC_URL: `${origin}${basePath}`, LOG_LEVEL: 'error' });
      await bench.addCredential('one@example.com');
      const proxy = await startProxy(bench.origin, port, cutsPath);
      await use({ bench, origin });
      proxy.closeAllConnections();
      proxy.close();
      await bench.close();
    },
  });

  test(`the console works below a base path that the proxy ${cutsPath ? 'cuts off' : 'passes on'}`, async ({
    page,
    proxied: { origin },
  }) => {
    const faults = watch(page, origin);
    const outside: string[] = [];
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (!pathname.startsWith(basePath)) outside.push(pathname);
    });
    await page.goto(`${origin}${basePath}/admin/login`);
    await page.getByRole('textbox', { name: 'Password' }).fill(adminPassword);
    await page.getByRole('button', { name: 'Log in' }).click();
    const menu = page.getByRole('navigation', { name: 'Main navigation' });
    await menu.getByRole('link', { name: 'Credentials' }).click();
    await expect(page).toHaveURL(`${origin}${basePath}/admin/credentials`);
    await expect(page.getByText('one@example.com')).toBeVisible();
    await menu.getByRole('link', { name: 'Connect' }).click();
    await expect(page.getByText(`${origin}${basePath}/v1`).first()).toBeVisible();
    await page.reload();
    await expect(page.getByText(`${origin}${basePath}/v1`).first()).toBeVisible();
    expect(outside).toEqual([]);
    expect(faults).toEqual([]);
  });

  test(`the console opened past such a proxy (${cutsPath}) finds its path`, async ({ page, proxied: { bench } }) => {
    await page.goto(`${bench.origin}/admin/login`);
    await expect(page.getByRole('textbox', { name: 'Password' })).toBeVisible();
    await expect(page).toHaveURL((url) => url.pathname.startsWith('/y/atlassian/admin'));
  });
}
