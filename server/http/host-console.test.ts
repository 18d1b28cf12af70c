import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fastify from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { provideFolder } from '../store/testing/folder.ts';
import { hostConsole } from './host-console.ts';

const folder = provideFolder();

async function open(build = true) {
  const root = join(folder.path(), 'console');
  mkdirSync(join(root, 'assets'), { recursive: true });
  writeFileSync(join(folder.path(), 'secret.json'), 'KEPT-OUT');
  writeFileSync(join(root, '.hidden.json'), 'KEPT-OUT');
  if (build) writeFileSync(join(root, 'index.html'), '<title>Console</title>');
  writeFileSync(join(root, 'assets', 'main-1.js'), 'run()');
  writeFileSync(join(root, 'assets', 'main-1.js.br'), 'compressed');
  const app = fastify();
  onTestFinished(() => app.close());
  await app.register((scope) => hostConsole(scope, root), { prefix: '/admin' });
  return (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers });
}

describe('hostConsole', () => {
  it('responds to every page path with the index, which must be revalidated', async () => {
    const ask = await open();
    for (const path of ['/admin/', '/admin/login', '/admin/keys/a?page=2', '/admin/requests/0198-a/b']) {
      const answer = await ask(path);
      expect([path, answer.statusCode, answer.body]).toEqual([path, 200, '<title>Console</title>']);
      expect(answer.headers['cache-control']).toBe('no-cache');
    }
  });

  it('serves files with a long cache lifetime, compressed if the client accepts it', async () => {
    const ask = await open();
    const plain = await ask('/admin/assets/main-1.js?x=1');
    expect([plain.statusCode, plain.body]).toEqual([200, 'run()']);
    expect(plain.headers['cache-control']).toContain('immutable');
    expect(plain.headers['content-type']).toContain('javascript');
    const compressed = await ask('/admin/assets/main-1.js', { 'accept-encoding': 'br' });
    expect(compressed.headers).toMatchObject({
      'content-encoding': 'br',
      'content-type': plain.headers['content-type'],
    });
    expect(compressed.body).toBe('compressed');
  });

  it('serves no page for a missing file, and no hidden or outside files', async () => {
    const ask = await open();
    const outside = [
      '/admin/../secret.json',
      '/admin/..%2fsecret.json',
      '/admin/%2e%2e/secret.json',
      '/admin//secret.json',
    ];
    for (const path of ['/admin/assets/gone.js', '/admin/.hidden.json', '/admin/%00.js', '/admin/%zz.js', ...outside]) {
      const { statusCode, body } = await ask(path);
      expect(statusCode, path).toBeGreaterThanOrEqual(400);
      expect(statusCode, path).toBeLessThan(500);
      expect(body, path).not.toMatch(/KEPT-OUT|<title>/);
    }
    expect((await ask('/admin/assets/gone.js')).statusCode).toBe(404);
  });

  it('evaluates conditions, and serves only whole files', async () => {
    const ask = await open();
    const file = '/admin/assets/main-1.js';
    const { etag } = (await ask(file)).headers;
    expect(await ask(file, { 'if-none-match': String(etag) })).toMatchObject({ statusCode: 304, body: '' });
    expect(await ask(file, { 'if-match': '"other"' })).toMatchObject({
      statusCode: 412,
      body: 'Precondition Failed\n',
    });
    for (const range of ['bytes=0-1', 'bytes=999-', 'bytes=-0', `bytes=${'0-,'.repeat(1000)}`]) {
      expect(await ask(file, { range })).toMatchObject({ statusCode: 200, body: 'run()' });
    }
  });

  it('reports when the console is not built', async () => {
    const ask = await open(false);
    expect(await ask('/admin/login')).toMatchObject({ statusCode: 503 });
  });
});
