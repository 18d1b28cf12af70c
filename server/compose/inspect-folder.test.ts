import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inspectFolder } from './inspect-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inspect-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function make(name: string, mode: number): void {
  writeFileSync(join(folder, name), '');
  chmodSync(join(folder, name), mode);
}

test('a new folder, and one with correct permissions', () => {
  expect(inspectFolder(join(folder, 'new'))).toEqual([]);
  make('secret.key', 0o600);
  make('database.db', 0o600);
  expect(inspectFolder(folder)).toEqual([]);
});

test('other users with read or write permission', () => {
  make('database.db', 0o644);
  chmodSync(folder, 0o777);
  expect(inspectFolder(folder)).toEqual([
    expect.stringMatching(/^The data folder .* can be changed by other users/),
    expect.stringMatching(/^The database .* can be read or changed by other users/),
  ]);
  chmodSync(join(folder, 'database.db'), 0o620);
  chmodSync(folder, 0o755);
  expect(inspectFolder(folder)).toHaveLength(1);
});

test('a key without its database', () => {
  make('secret.key', 0o600);
  expect(inspectFolder(folder)).toEqual([expect.stringContaining('is missing although its secret.key exists')]);
});
