import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

const project = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'package-test-'));
const installed = join(folder, 'empty/node_modules/atlassian-proxy');
/** The package's executable, as found by `npx`. */
const program = join(folder, 'empty/node_modules/.bin/atlassian-proxy');

/** npm without network access, because the package must be self-contained. */
const npm = (args: readonly string[], cwd: string) =>
  execFileSync('npm', [...args, '--offline', '--no-audit', '--no-fund', '--loglevel=error'], { cwd, encoding: 'utf8' });

beforeAll(() => {
  mkdirSync(join(folder, 'empty'));
  npm(['pack', '--pack-destination', folder], project);
  const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  npm(['install', join(folder, tarball)], join(folder, 'empty'));
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Replaces what loads ICU's data, which takes 5 MB. */
const withoutIntl = `const refuse = (owner, name) => {
  owner[name] = function () { throw new Error(name + ' was used'); };
};
for (const name of ['Collator', 'DateTimeFormat', 'ListFormat', 'NumberFormat']) refuse(Intl, name);
for (const { prototype } of [Number, BigInt, Date]) refuse(prototype, 'toLocaleString');
refuse(String.prototype, 'localeCompare');`;

describe('the npm package, installed in an empty folder', () => {
  it('needs no other package, and holds neither sources nor source maps', () => {
    expect(readdirSync(join(folder, 'empty/node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
      'atlassian-proxy',
    ]);
    const files = readdirSync(installed, { recursive: true }).map(String);
    expect(files.filter((name) => /\.(ts|tsx|map)$|\.built-from$/.test(name))).toEqual([]);
    expect(files).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', join('dist/server/THIRD-PARTY-LICENSES.md')]),
    );
  });

  it('has what takes much memory in no file that a server loads: HTTP/2, and Node’s own undici', () => {
    const read = (name: string) => readFileSync(join(installed, 'dist/server', name), 'utf8');
    const loaded = new Set(['main.js', 'serve.js']);
    for (const name of loaded) {
      for (const [, imported = ''] of read(name).matchAll(/^import .*from "\.\/(.+)";$/gm)) loaded.add(imported);
    }
    expect(loaded).toContain('open-data.js');
    // See lib/node-http.ts.
    for (const name of loaded) expect([name, /from "node:http"|"node:http2"/.exec(read(name))]).toEqual([name, null]);
  });

  it('runs the demo: gateway, console and an answer, without Intl', async () => {
    const child = spawn(process.execPath, [program, 'demo'], {
      cwd: join(folder, 'empty'),
      env: {
        PATH: process.env.PATH,
        PORT: '0',
        LOG_LEVEL: 'warn',
        NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(withoutIntl)}`,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    try {
      await vi.waitFor(() => expect(output).toContain('Try:\ncurl'), { timeout: 15_000 });
      const origin = /http:\/\/localhost:\d+/.exec(output)?.[0];
      const key = /API key: +(\S+)/.exec(output)?.[1];
      expect(await (await fetch(`${origin}/admin/`)).text()).toContain('<script');
      const answer = await fetch(`${origin}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          model: 'anthropic:claude-3-5-sonnet-v2@20241022',
          messages: [{ role: 'user', content: 'Hello' }],
        }),
      });
      expect(answer.status).toBe(200);
    } finally {
      child.kill('SIGTERM');
    }
    expect(await exited).toEqual([0, null]);
  });

  it('tells an older Node in one line what to run instead', () => {
    const copy = join(folder, 'of-tomorrow');
    cpSync(installed, copy, { recursive: true });
    const manifest = join(copy, 'package.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('">=26"', '">=99"'));
    const run = () =>
      execFileSync(process.execPath, [join(copy, 'bin/atlassian-proxy.js')], { encoding: 'utf8', stdio: 'pipe' });
    expect(run).toThrow(/^[^\n]*\n?atlassian-proxy: this is Node [\d.]+, but 99 or later is needed: npx [^\n]*\n$/);
  });
});
