import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dialects } from '../server/dialects/index.ts';
import { upstreamRoutes } from '../server/upstream/routes/index.ts';

const names = [...new Set([...dialects.map(({ name }) => name), ...upstreamRoutes.keys()])];
/** Folders of APIs and routes, and the migrations, which write stored rows. */
const home = /^server\/(?:dialects|upstream\/routes|store\/migrations)\//;
/** Sets up clients by name, including a program called `gemini`. */
const clientSetUps = /^console\/pages\/connect\/clients\//;
const files = globSync(['server/**/*.ts', 'contract/**/*.ts', 'console/**/*.{ts,tsx}']).filter(
  (file) => !home.test(file) && !clientSetUps.test(file) && !/\.test\.tsx?$|\/testing\//.test(file),
);

test.each(names)('%s is known by name in its own folders only', (name) => {
  const quoted = [`'${name}'`, `"${name}"`, `\`${name}\``, `/${name}/`];
  const strangers = files.filter((file) => {
    const text = readFileSync(file, 'utf8');
    return quoted.some((form) => text.includes(form));
  });
  expect(strangers).toEqual([]);
});

test('there is something to look at', () => {
  expect(files.length).toBeGreaterThan(200);
  expect(names.length).toBeGreaterThan(8);
});
