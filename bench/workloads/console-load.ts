import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Bench } from '../bench.ts';
import type { WorkloadResult } from '../measurement.ts';
import type { Workload } from './workload.ts';

const staticImport = /(?:\bfrom|\bimport)\s*"(\.{1,2}\/[^"]+\.js)"/g;
const dynamicImport = /\bimport\(\s*["'`](\.{1,2}\/[^"'`]+\.js)["'`]/g;

function matches(pattern: RegExp, text: string): string[] {
  return [...text.matchAll(pattern)].flatMap(([, found]) => (found === undefined ? [] : [found]));
}

/** The built file for a URL in the page, independent of the base path. */
function pathOnDisk(root: string, url: string): string | undefined {
  const parts = url.split('/');
  const candidates = parts.map((_, index) => join(...parts.slice(index)));
  return candidates.find((path) => existsSync(join(root, path)));
}

/**
 * Files that a browser loads for the first page: what index.html names, what those import, and the login page's own.
 */
export function firstLoadFiles(root: string, isFirstPage: (file: string) => boolean): string[] {
  const html = readFileSync(join(root, 'index.html'), 'utf8');
  const named = matches(/(?:src|href)="([^"]+\.(?:js|css))"/g, html);
  const waiting = named.map((url) => pathOnDisk(root, url)).filter((path) => path !== undefined);
  const seen = new Set<string>();
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    if (!file.endsWith('.js')) continue;
    const code = readFileSync(join(root, file), 'utf8');
    const beside = (path: string) => join(dirname(file ?? ''), path);
    waiting.push(...matches(staticImport, code).map(beside));
    waiting.push(...matches(dynamicImport, code).map(beside).filter(isFirstPage));
  }
  return [...seen].sort();
}

function compressedKilobytes(root: string, files: readonly string[]): number {
  return files.reduce((sum, file) => sum + gzipSync(readFileSync(join(root, file))).length, 0) / 1000;
}

async function run(bench: Bench): Promise<WorkloadResult> {
  const root = join(bench.project, 'dist', 'console');
  if (!existsSync(join(root, 'index.html'))) return { measurements: [], notes: ['h: the console is not built'] };
  const files = firstLoadFiles(root, (file) => /login/i.test(file));
  const size = (ending: string) =>
    compressedKilobytes(
      root,
      files.filter((file) => file.endsWith(ending)),
    );
  return {
    measurements: [
      { metric: 'h.javascript', unit: 'kB gzip', values: { gateway: [size('.js')] } },
      { metric: 'h.styles', unit: 'kB gzip', values: { gateway: [size('.css')] } },
    ],
    notes: [`h: ${files.length} files`],
  };
}

export const consoleLoad: Workload = { letter: 'h', title: "the console's first load", quick: true, run };
