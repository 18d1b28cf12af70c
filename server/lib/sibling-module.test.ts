import { expect, it } from 'vitest';
import { siblingModule } from './sibling-module.ts';

it.each([
  ['file:///app/server/store/engines/sqlite/thread.ts', 'file:///app/server/store/engines/sqlite/worker.ts'],
  ['file:///app/dist/server/serve.js', 'file:///app/dist/server/worker.js'],
])('finds the module beside %s', (importer, expected) => {
  expect(siblingModule('worker', importer).href).toBe(expected);
});
