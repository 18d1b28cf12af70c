import { join } from 'node:path';

/**
 * Keeps compiled modules for the threads and processes that tests start: an SQLite thread, which loads TypeScript, then
 * starts in a fifth of the time. Call it in a test runner's configuration.
 */
export function keepCompiledModules(): void {
  process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '../../node_modules/.cache/compiled-modules');
}
