import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { firstLoadFiles } from './console-load.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'console-load-'));
  mkdirSync(join(root, 'assets'));
});
afterEach(() => rmSync(root, { recursive: true }));

it('follows what the page names, static imports and the first page, and leaves other pages out', () => {
  const script = '<script type="module" src="/admin/assets/index-1.js"></script>';
  writeFileSync(join(root, 'index.html'), `${script}<link rel="stylesheet" href="/admin/assets/index-1.css">`);
  const lazy = 'const a=()=>import("./login-1.js"),b=()=>import(`./requests-1.js`);';
  writeFileSync(join(root, 'assets', 'index-1.js'), `import{a}from"./vendor-1.js";${lazy}`);
  writeFileSync(join(root, 'assets', 'vendor-1.js'), 'import"./index-1.js";export{a};');
  writeFileSync(join(root, 'assets', 'login-1.js'), 'import{f as g}from"./form-1.js";');
  writeFileSync(join(root, 'assets', 'form-1.js'), '');
  writeFileSync(join(root, 'assets', 'index-1.css'), '');
  const files = firstLoadFiles(root, (file) => file.includes('login'));
  expect(files).toEqual(
    ['form-1.js', 'index-1.css', 'index-1.js', 'login-1.js', 'vendor-1.js'].map((name) => join('assets', name)),
  );
});
