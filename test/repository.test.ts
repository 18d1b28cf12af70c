import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { builtinModels } from '../server/catalogue/models.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const manifest = z
  .object({
    version: z.string(),
    engines: z.object({ node: z.string() }),
    devDependencies: z.record(z.string(), z.string()),
  })
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

describe.each(['README.md', 'README.zh-CN.md'])('%s', (path) => {
  it('lists the builtin models with their limits and prices', () => {
    const toText = (value: number | undefined | null) => value?.toLocaleString('en-US') ?? '–';
    const toDollars = (value: number) => (Number.isInteger(value) ? String(value) : value.toFixed(2));
    const rows = builtinModels.map(({ id, contextWindow, maxOutputTokens, prices }) => {
      const price = prices === null ? '–' : `${toDollars(prices.input)} / ${toDollars(prices.output)}`;
      return `| \`${id}\` | ${toText(contextWindow)} | ${toText(maxOutputTokens)} | ${price} |`;
    });
    expect(read(path)).toContain(`\n|---|---|---|---|\n${rows.join('\n')}\n\n`);
  });
});

describe('deploy/', () => {
  const files = [
    'deploy/compose.yaml',
    'deploy/compose/example.env',
    ...globSync('deploy/{kubernetes,systemd}/*', { cwd: root }),
  ];
  /** Variables of other programs or of the deployment files. */
  const foreign =
    /^(NODE_ENV|MALLOC_|POSTGRES_|GF_|GRAFANA_|SITE_ADDRESS|GATEWAY_IMAGE|IPV|OWNER|VERSION|PASSWORD|AF_)/;

  it.each(files)('%s sets what the README describes', (path) => {
    const assigned = read(path)
      .split('\n')
      .flatMap((line) => /^(?: *(?:- )?(?:Environment=|name: )?)([A-Z][A-Z_]{3,})\b/.exec(line)?.[1] ?? []);
    const readme = read('README.md');
    for (const name of assigned.filter((each) => !foreign.test(each)))
      expect(readme, name).toContain(`| \`${name}\` |`);
  });

  it('sets something, and names the version of now', () => {
    expect(read('deploy/compose.yaml')).toMatch(/^ {4}SHUTDOWN_DELAY_MS: '\d+'$/m);
    expect(read('deploy/kubernetes/deployment.yaml')).toMatch(/^ +- name: SHUTDOWN_DELAY_MS$/m);
    expect(read('deploy/kubernetes/kustomization.yaml')).toContain(`newTag: ${manifest.version}\n`);
  });

  it('runs every foreign image in a version', () => {
    const images = [...read('deploy/compose.yaml').matchAll(/^ {4}image: (.*)$/gm)].map(([, image = '']) => image);
    expect(images.length).toBeGreaterThan(3);
    for (const image of images) expect(image).toMatch(/^[\w./-]+:v?\d+(\.\d+)*$/);
  });

  it('gives a replica as long to end as it may take', () => {
    const most = (text: string, pattern: RegExp) => Number(pattern.exec(text)?.[1]);
    const compose = read('deploy/compose.yaml');
    const ofCompose = most(compose, /SHUTDOWN_DELAY_MS: '(\d+)'/) + most(compose, /SHUTDOWN_TIMEOUT_MS: '(\d+)'/);
    expect(most(compose, /stop_grace_period: (\d+)s/) * 1000).toBeGreaterThanOrEqual(ofCompose + 5000);
    const pod = read('deploy/kubernetes/deployment.yaml');
    const ofPod = most(pod, /SHUTDOWN_DELAY_MS\s+value: '(\d+)'/) + most(pod, /SHUTDOWN_TIMEOUT_MS\s+value: '(\d+)'/);
    expect(most(pod, /terminationGracePeriodSeconds: (\d+)/) * 1000).toBeGreaterThanOrEqual(ofPod + 5000);
    const unit = read('deploy/systemd/atlassian-proxy@.service');
    expect(most(unit, /TimeoutStopSec=(\d+)/) * 1000).toBeGreaterThanOrEqual(
      most(unit, /SHUTDOWN_TIMEOUT_MS=(\d+)/) + 5000,
    );
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

describe('the code', () => {
  it('sets fields that may be undefined with withoutUndefined, and no others by a condition that yields {}', () => {
    const stripsUndefined = /\.\.\.\(([\w.#]+) !== undefined && \{ (?:\w+: )?\1 \}\)/g;
    const alternatives = /\.\.\.\([^(){}]+ \? (?:\{\} : \{|\{[^{}]*\} : \{\})/g;
    const found = globSync('{server,simulator}/**/*.ts', { cwd: root }).flatMap((path) =>
      [stripsUndefined, alternatives].flatMap((pattern) =>
        (read(path).match(pattern) ?? []).map((text) => `${path}: ${text}`),
      ),
    );
    expect(found.filter((text) => !text.startsWith('server/lib/without-undefined.ts'))).toEqual([]);
  });
});
