import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';

export interface TestFolder {
  /** The folder of the current test. Created on first use and deleted after the test. */
  path(): string;
  file(name: string): string;
}

/** A temporary folder for each test. Call at the top of a test file, before other cleanups are registered. */
export function provideFolder(): TestFolder {
  let path: string | undefined;
  afterEach(() => {
    if (path !== undefined) rmSync(path, { recursive: true, force: true });
    path = undefined;
  });
  const folder: TestFolder = {
    path() {
      path ??= mkdtempSync(join(tmpdir(), 'store-'));
      return path;
    },
    file: (name) => join(folder.path(), name),
  };
  return folder;
}
