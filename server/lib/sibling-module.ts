import { extname } from 'node:path';

/**
 * The URL of a module that is loaded by its file rather than imported, such as a worker thread's. Beside the sources it
 * is a `.ts` file in the same folder; in the build an entry of its own, and all of the build lies in one folder
 * (`scripts/build-server.js` lists the entries).
 *
 * @param name without its extension
 * @param importer the caller's `import.meta.url`
 */
export function siblingModule(name: string, importer: string): URL {
  return new URL(`./${name}${extname(importer)}`, importer);
}
