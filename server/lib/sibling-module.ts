import { extname } from 'node:path';

/**
 * The URL of a module that is loaded by path instead of imported, such as a worker thread. In the sources it is a `.ts`
 * file in the same folder. In the build it is a separate entry, and all files are in one folder
 * (`server/vite.config.ts` lists the entries).
 *
 * @param name without extension
 * @param importer the caller's `import.meta.url`
 */
export function siblingModule(name: string, importer: string): URL {
  return new URL(`./${name}${extname(importer)}`, importer);
}
