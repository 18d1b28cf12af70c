import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A place in a file; line and column count from 0. */
export interface Position {
  readonly path: string;
  readonly line: number;
}

/** Finds where built code was written, by the source maps beside it. */
export class SourcePositions {
  readonly #maps = new Map<string, SourceMap | undefined>();

  /** @param url of the built file, as V8 names it. @returns the place itself when there is no source map */
  find(url: string, line: number, column: number): Position {
    const path = url.startsWith('file:') ? fileURLToPath(url) : url;
    const entry = this.#map(path)?.findEntry(line, column);
    if (entry === undefined || !('originalSource' in entry)) return { path, line };
    return { path: resolve(dirname(path), entry.originalSource), line: entry.originalLine };
  }

  #map(path: string): SourceMap | undefined {
    if (this.#maps.has(path)) return this.#maps.get(path);
    const file = `${path}.map`;
    const map = existsSync(file) ? new SourceMap(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
    this.#maps.set(path, map);
    return map;
  }
}
