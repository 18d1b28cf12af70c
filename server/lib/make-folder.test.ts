import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeFolder } from './make-folder.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'folder-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('creates a folder with its parents, for the owner only, and keeps an existing one', () => {
  const path = join(root, 'a', 'b', 'c');
  makeFolder(path);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  writeFileSync(join(path, 'kept'), '');
  makeFolder(`${path}/`);
  expect(readdirSync(path)).toEqual(['kept']);
  symlinkSync(path, join(root, 'link'));
  makeFolder(join(root, 'link', 'd'));
  expect(existsSync(join(path, 'd'))).toBe(true);
});

test.each([
  ['a file', () => join(root, 'file')],
  ['a folder in a file', () => join(root, 'file', 'below', 'it')],
  ['a broken link', () => join(root, 'broken')],
])('fails where there is %s', (_what, pathOf) => {
  writeFileSync(join(root, 'file'), '');
  rmSync(join(root, 'broken'), { force: true });
  symlinkSync(join(root, 'nowhere', 'at', 'all'), join(root, 'broken'));
  expect(() => makeFolder(pathOf())).toThrow(/EEXIST|ENOTDIR|ENOENT/);
});

test.runIf(existsSync('/proc/self'))('fails where no folder can be created', () => {
  expect(() => makeFolder('/proc/atlassian-proxy/data')).toThrow(/ENOENT|EACCES|EPERM/);
});
