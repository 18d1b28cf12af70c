import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const manifest = z
  .object({ engines: z.object({ node: z.string() }), devDependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read('package.json')));
const pinned = manifest.devDependencies.node ?? '';
const major = pinned.split('.')[0];

describe('the Node that is named', () => {
  it('is one and the same everywhere', () => {
    expect(read('.nvmrc').trim()).toBe(pinned);
    expect(manifest.engines.node).toBe(`>=${major}`);
    const bases = read('Dockerfile').match(/(?<=^FROM .*)node:\S+/gm);
    expect(new Set(bases)).toEqual(new Set([`node:${major}-slim`]));
    expect(read('server/vite.config.ts')).toContain(`target: 'node${major}'`);
  });
});

describe.each(['package-lock.json', 'test/agents/package-lock.json'])('%s', (path) => {
  it('takes packages from whatever registry npm is set to', () => {
    expect(read(path)).toContain('"integrity"');
    expect(read(path)).not.toContain('"resolved"');
  });
});

describe.each(globSync('.github/workflows/*.yml', { cwd: root }))('%s', (path) => {
  const text = read(path);

  it('pins each action by a commit, and names its version beside it', () => {
    const uses = [...text.matchAll(/^\s*(?:- )?uses: (.*)$/gm)].map(([, action = '']) => action);
    const own = uses.filter((action) => action.startsWith('./'));
    expect(uses.length).toBeGreaterThan(0);
    for (const action of uses.filter((each) => !own.includes(each))) {
      expect(action).toMatch(/^[\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  it('gives no job more than reading by default, and no step a text of strangers', () => {
    expect(text).toMatch(/^permissions:\n {2}contents: read$/m);
    expect(text).not.toContain('pull_request_target');
    const scripts = [...text.matchAll(/run: (\|\n(?: {10}.*\n)+|.*)/g)].map(([, script = '']) => script);
    for (const script of scripts) expect(script).not.toMatch(/\$\{\{/);
  });
});
