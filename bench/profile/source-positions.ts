import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A position in a file; line and column count from 0. */
export interface Position {
  readonly path: string;
  readonly line: number;
}

/** Maps positions in built code to the sources, using the source maps next to it. */
export class SourcePositions {
  readonly #maps = new Map<string, SourceMap | undefined>();

  /** @param url V8's URL of the built file. @returns the same position if there is no source map */
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
