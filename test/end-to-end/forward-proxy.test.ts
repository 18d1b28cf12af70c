import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Simulator, startSimulator } from '../../simulator/start-simulator.ts';
import { type ForwardProxy, startForwardProxy } from '../support/forward-proxy.ts';
import { testToken } from '../support/gateway.ts';
import { runCommand, ServerProcess } from '../support/server-process.ts';
import { authorityFile, startTlsFront } from '../support/tls-front.ts';

const model = 'anthropic:claude-3-5-sonnet-v2@20241022';

describe('behind a company’s proxy that inspects TLS', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'forward-proxy-'));
  const servers: ServerProcess[] = [];
  let simulator: Simulator;
  let front: Awaited<ReturnType<typeof startTlsFront>>;
  let proxy: ForwardProxy;
  let environment: Readonly<Record<string, string>>;

  beforeAll(async () => {
    simulator = await startSimulator();
    front = await startTlsFront(Number(new URL(simulator.origin).port));
    // Only the proxy can resolve the upstream's host name.
    proxy = await startForwardProxy({ ports: { 'upstream.test:443': front.port }, credentials: 'me:secret' });
    environment = {
      DATA_DIR: dataDir,
      ATLASSIAN_ORIGIN: 'https://upstream.test',
      HTTPS_PROXY: `http://me:secret@127.0.0.1:${proxy.port}`,
    };
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await Promise.all([proxy.close(), front.close(), simulator.close()]);
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function serve(more: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
    const server = await ServerProcess.serve({ ...environment, ...more });
    servers.push(server);
    return server;
  }

  async function chat(server: ServerProcess, key: string): Promise<Response> {
    return fetch(`${server.origin}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }),
    });
  }

  it('requests and account checks go through it, with its authority trusted', async () => {
    const trusting = { ...environment, NODE_EXTRA_CA_CERTS: authorityFile };
    const added = await runCommand({
      arguments: ['credentials', 'add', '--email', 'me@example.com', '--json'],
      input: testToken,
      environment: trusting,
    });
    expect(added.code, added.stderr).toBe(0);
    const generated = await runCommand({
      arguments: ['keys', 'create', '--name', 'x', '--json'],
      environment: trusting,
    });
    const { key } = z.object({ key: z.string() }).parse(JSON.parse(generated.stdout));
    const server = await serve({ NODE_EXTRA_CA_CERTS: authorityFile });
    const answer = await chat(server, key);
    expect(answer.status, await answer.clone().text()).toBe(200);
    expect(await answer.text()).toContain('You said: Hello');
    expect(new Set(proxy.asked)).toEqual(new Set(['CONNECT upstream.test:443']));
    await server.stop();
  });

  it('a certificate that is not trusted, and a proxy that refuses, are said plainly and with no secret', async () => {
    const generated = await runCommand({ arguments: ['keys', 'create', '--name', 'y', '--json'], environment });
    const { key } = z.object({ key: z.string() }).parse(JSON.parse(generated.stdout));
    const untrusting = await serve();
    const refused = await chat(untrusting, key);
    expect(refused.status).toBe(502);
    expect(await refused.text()).toContain("The upstream's TLS certificate was not accepted.");
    await untrusting.stop();
    const unknown = await serve({ HTTPS_PROXY: `http://me:another-secret@127.0.0.1:${proxy.port}` });
    const denied = await chat(unknown, key);
    expect(denied.status).toBe(502);
    expect(await denied.text()).toContain('The proxy rejected the user name and password');
    expect(`${unknown.stdout}${unknown.stderr}`).not.toContain('another-secret');
  });
});
