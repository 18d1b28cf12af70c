import { globSync } from 'node:fs';
import { expect, it } from 'vitest';
import config from './vite.config.ts';

it('the development server serves all modules itself', () => {
  const proxied = Object.keys(config.server?.proxy ?? {});
  const modules = globSync('**/*.{ts,tsx,css}', { cwd: import.meta.dirname }).map((path) => `${config.base}${path}`);
  expect(proxied).toContain('/admin/api/');
  expect(modules).toContain('/admin/api.ts');
  expect(modules.filter((path) => proxied.some((prefix) => path.startsWith(prefix)))).toEqual([]);
});
