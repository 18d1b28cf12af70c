import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read('package.json')));
/** Where paths in the documents start. Those of `ARCHITECTURE.md` and the guides often start in `server/`. */
const starts = [
  '',
  'server',
  'test',
  'test/golden',
  'test/fuzz',
  'server/http',
  'server/http/admin-api',
  'server/http/client-api',
  'server/upstream',
  'server/store',
  'server/dialects',
  'console',
];
/** What the guides create as an example, what exists only after a run, and the paths of a container and of HTTP. */
const elsewhere = /notes?[-/.]|azure-chat|openai-completions|^\/|^bench\/(results|native\/upstream\.c)|~|release\.yml$/;

const documents = [...globSync(['*.md', 'docs/*.md', 'docs/decisions/*.md', 'simulator/*.md'], { cwd: root })].filter(
  (path) => path !== 'CHANGELOG.md',
);
/** Decisions are history: they name files of their time. */
const living = documents.filter((path) => !path.startsWith('docs/decisions/'));

/** The web, and pages of the repository on GitHub. */
const outside = /^(https?:|mailto:|\.\.\/\.\.\/security\/)/;

function textsOf(path: string, pattern: RegExp): string[] {
  return [...read(path).matchAll(pattern)].map(([, text = '']) => text);
}

describe.each(documents)('%s', (path) => {
  it('links to what exists', () => {
    const targets = textsOf(path, /\]\(([^)#\s]+)[^)]*\)/g).filter((target) => !outside.test(target));
    const missing = targets.filter((target) => !existsSync(join(root, dirname(path), target)));
    expect(missing).toEqual([]);
  });
});

describe.each(living)('%s', (path) => {
  it('names files that exist', () => {
    const named = textsOf(path, /`([\w./-]+\/[\w./-]*)`/g).filter((name) => !elsewhere.test(name));
    const files = named.filter((name) => /\.(ts|tsx|js|md|sh|yaml|json)$|\/$/.test(name));
    const missing = files.filter(
      (name) => ![dirname(path), ...starts].some((start) => existsSync(join(root, start, name))),
    );
    expect(missing).toEqual([]);
  });

  it('names scripts that exist', () => {
    const named = [...textsOf(path, /npm run ([\w:-]+)/g), ...textsOf(path, /npm (start|test)\b/g)];
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
