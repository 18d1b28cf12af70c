import dns from 'node:dns';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { startForwardProxy } from '../../test/support/forward-proxy.ts';
import { sendEmail } from './channels/email.ts';
import { deliver } from './deliver.ts';
import { type ForwardProxy, post } from './post.ts';
import { resolveAllowedHost } from './resolve-allowed-host.ts';
import type { AlertMessage } from './write-message.ts';

const message: AlertMessage = {
  type: 'test',
  level: 'good',
  title: 'Atlassian Proxy：测试',
  lines: ['告警会发到这里。'],
  link: undefined,
  at: 1_780_000_000_000,
};
const direct: ForwardProxy = { http: undefined, https: undefined, exceptions: undefined };
const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function listen(server: Server | TcpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return z.object({ port: z.number() }).parse(server.address()).port;
}

/** @param answer the response by request path */
async function startHook(answer: (path: string) => { status: number; headers?: Record<string, string>; body: string }) {
  const asked: string[] = [];
  const server = createHttpServer((request, response) => {
    asked.push(request.url ?? '');
    request.resume().on('end', () => {
      const { status, headers, body } = answer(request.url ?? '');
      response.writeHead(status, headers).end(body);
    });
  });
  return { asked, origin: `http://127.0.0.1:${await listen(server)}` };
}

const mailAnswers: Readonly<Record<string, string>> = {
  EHLO: '250-mail.test\r\n250 AUTH PLAIN',
  AUTH: '235 welcome',
  DATA: '354 go on',
  QUIT: '221 bye',
  '.': '250 taken',
};

/** An SMTP server that accepts everything. @returns the received lines */
async function startMailServer() {
  const lines: string[] = [];
  const server = createTcpServer((socket) => {
    let inData = false;
    socket.on('error', () => undefined);
    socket.write('220 mail.test\r\n');
    createInterface(socket).on('line', (line) => {
      lines.push(line);
      const word = line.slice(0, 4).toUpperCase();
      if (!inData || line === '.') socket.write(`${mailAnswers[word] ?? '250 ok'}\r\n`);
      inData = word === 'DATA' || (inData && line !== '.');
    });
  });
  return { lines, port: await listen(server) };
}

const send = (url: string, allowPrivate: boolean, proxy = direct) =>
  deliver({ kind: 'webhook', values: { url } }, message, 'm', { allowPrivate, proxy });

describe('sending', () => {
  it('allows private addresses only if configured', async () => {
    const hook = await startHook(() => ({ status: 204, body: '' }));
    const port = new URL(hook.origin).port;
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1', '0.0.0.0']) {
      const refused = await send(`http://${host}:${port}/x`, false);
      expect(refused, host).toMatchObject({ ok: false, message: expect.stringContaining('private network') });
    }
    expect(hook.asked).toEqual([]);
    expect(await send(`${hook.origin}/x`, true)).toEqual({ ok: true, message: 'Sent.' });
    expect(hook.asked).toEqual(['/x']);
  });

  it('connects to the resolved address, and rejects a name that also has a private one', async () => {
    const both = async () => [
      { address: '93.184.216.34', family: 4 },
      { address: '10.0.0.7', family: 4 },
    ];
    await expect(resolveAllowedHost('hook.example', false, both)).rejects.toThrow('private network');
    expect((await resolveAllowedHost('hook.example', true, both)).addresses).toEqual(await both());
    for (const address of ['169.254.169.254', '100.64.0.1', '192.168.0.1', 'fd00::1', 'fe80::1', '::', '224.0.0.1']) {
      await expect(resolveAllowedHost(address, false), address).rejects.toThrow('private network');
    }
    expect((await resolveAllowedHost('1.1.1.1', false)).addresses).toEqual([{ address: '1.1.1.1', family: 4 }]);
  });

  it('reaches a server one of whose addresses is unreachable, as IPv6 in some networks', async () => {
    const hook = await startHook(() => ({ status: 204, body: '' }));
    const { port } = new URL(hook.origin);
    const mail = await startMailServer();
    const addresses = [
      { address: '::1', family: 6 as const },
      { address: '127.0.0.1', family: 4 as const },
    ];
    const call = { url: `http://two.example:${port}/x`, headers: {}, body: 'x' };
    const lookUp = async () => addresses;
    expect(await post(call, { allowPrivate: true, proxy: direct, lookUp })).toMatchObject({ status: 204 });
    const email = { host: 'two.example', port: mail.port, from: 'a@b.example', to: ['c@d.example'] };
    await sendEmail({ ...email, security: 'none' }, { name: 'two.example', addresses }, message, 'm');
    expect(mail.lines).toContain('MAIL FROM:<a@b.example>');
  });

  it('follows no redirect', async () => {
    const hook = await startHook((path) => ({
      status: path === '/from' ? 302 : 200,
      headers: { location: '/to' },
      body: '',
    }));
    expect(await send(`${hook.origin}/from`, true)).toEqual({ ok: false, message: 'HTTP 302' });
    expect(hook.asked).toEqual(['/from']);
  });

  it('shows no secrets, and only a part of the response', async () => {
    const hook = await startHook((path) => ({ status: 403, body: `no: ${path} ${'x'.repeat(1_000_000)}` }));
    const values = { server: hook.origin, token: '123456:a-very-secret-token', chat: '1' };
    const { ok, message: shown } = await deliver({ kind: 'telegram', values }, message, 'm', {
      allowPrivate: true,
      proxy: direct,
    });
    expect(ok).toBe(false);
    expect(shown).toContain('HTTP 403');
    expect(shown).not.toContain('a-very-secret-token');
    expect(shown.length).toBeLessThan(400);
  });

  it('gives up on a server that answers slowly without an end', async () => {
    const server = createTcpServer((socket) => {
      const drip = setInterval(() => socket.write('220-wait\r\n'), 5);
      socket.on('error', () => undefined).on('close', () => clearInterval(drip));
      closing.push(async () => socket.destroy());
    });
    const email = { host: '127.0.0.1', security: 'none', from: 'a@b.example', to: 'c@d.example' };
    const values = { ...email, port: String(await listen(server)) };
    const options = { allowPrivate: true, proxy: direct, timeout: 100 };
    const delivery = await deliver({ kind: 'email', values }, message, 'm', options);
    expect(delivery).toEqual({ ok: false, message: 'The server did not finish within 0.1 s.' });
  });

  it('uses the gateway’s proxy', async () => {
    const hook = await startHook(() => ({ status: 204, body: '' }));
    const proxy = await startForwardProxy();
    closing.push(() => proxy.close());
    const sent = await send(`${hook.origin}/x`, true, { ...direct, http: proxy.origin });
    expect(sent).toEqual({ ok: true, message: 'Sent.' });
    expect(proxy.asked).toEqual([`POST ${hook.origin}/x`]);
  });

  it('does not resolve a host again that is reached without the proxy', async () => {
    const hook = await startHook(() => ({ status: 204, body: '' }));
    const forwardProxy = await startForwardProxy();
    closing.push(() => forwardProxy.close());
    const http = forwardProxy.origin.replace('127.0.0.1', 'localhost');
    const lookUp = async () => [{ address: '127.0.0.1', family: 4 }];
    const url = `http://rebound.invalid:${new URL(hook.origin).port}/x`;
    const proxy = { ...direct, http, exceptions: 'rebound.invalid' };
    expect(await post({ url, body: '{}' }, { allowPrivate: true, proxy, lookUp })).toMatchObject({ status: 204 });
    await expect(post({ url, body: '{}' }, { allowPrivate: false, proxy, lookUp })).rejects.toThrow('private network');
    expect(forwardProxy.asked).toEqual([]);
    await post({ url, body: '{}' }, { allowPrivate: true, proxy: { ...direct, http }, lookUp });
    expect(forwardProxy.asked).toEqual([`POST ${url}`]);
  });

  it('does not connect without the proxy to a host that was unknown', async () => {
    const hook = await startHook(() => ({ status: 204, body: '' }));
    const lookUp = () => Promise.reject(Object.assign(new Error('unknown'), { code: 'ENOTFOUND' }));
    const later = vi.spyOn(dns, 'lookup').mockImplementation((...given: unknown[]) => {
      const done = given.at(-1);
      if (typeof done === 'function') done(null, [{ address: '127.0.0.1', family: 4 }]);
    });
    onTestFinished(() => later.mockRestore());
    const url = `http://rebound.invalid:${new URL(hook.origin).port}/x`;
    const proxy = { ...direct, http: 'http://127.0.0.1:1', exceptions: 'rebound.invalid' };
    await expect(post({ url, body: '{}' }, { allowPrivate: false, proxy, lookUp })).rejects.toThrow('unknown');
    expect(hook.asked).toEqual([]);
  });

  it('reports an unreachable server', async () => {
    const { ok, message: shown } = await send('http://127.0.0.1:1/x', true);
    expect(ok).toBe(false);
    expect(shown).toContain('ECONNREFUSED');
  });

  it('sends e-mail', async () => {
    const server = await startMailServer();
    const values = {
      host: 'localhost',
      port: String(server.port),
      security: 'none',
      user: 'owner',
      password: 'mail-password',
      from: 'gateway@example.com',
      to: 'one@example.com, two@example.com',
    };
    const options = { proxy: direct, allowPrivate: true };
    expect(await deliver({ kind: 'email', values }, message, 'm-1', options)).toEqual({ ok: true, message: 'Sent.' });
    const all = server.lines.join('\n');
    expect(all).toContain(`AUTH PLAIN ${Buffer.from('\0owner\0mail-password').toString('base64')}`);
    expect(server.lines.filter((line) => line.startsWith('RCPT TO'))).toEqual([
      'RCPT TO:<one@example.com>',
      'RCPT TO:<two@example.com>',
    ]);
    expect(all).toContain('Message-ID: <m-1@atlassian-proxy>');
    expect(all).toContain('=E5=91=8A=E8=AD=A6=E4=BC=9A=');
    const refused = await deliver({ kind: 'email', values }, message, 'm-1', { ...options, allowPrivate: false });
    expect(refused).toMatchObject({ ok: false, message: expect.stringContaining('private network') });
  });
});
