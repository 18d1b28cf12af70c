import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const undici = dirname(fileURLToPath(import.meta.resolve('undici/package.json')));

/**
 * The names that `server/upstream` imports from undici, with the modules that define them. The build fails if one is
 * missing.
 */
const undiciModules: Readonly<Record<string, string>> = {
  Pool: 'lib/dispatcher/pool.js',
  EnvHttpProxyAgent: 'lib/dispatcher/env-http-proxy-agent.js',
  buildConnector: 'lib/core/connect.js',
};

/**
 * Modules that libraries load but the server never uses: HTTP/2, Fastify's JSON schemas (zod validates requests),
 * request injection, directory listings, and deprecation warnings.
 */
const unused: readonly { readonly module: RegExp; readonly importer: RegExp }[] = [
  { module: /^node:http2$/, importer: /fastify/ },
  { module: /^\.\/client-h2/, importer: /undici/ },
  { module: /^(@fastify\/(ajv|fast-json-stringify)-compiler|light-my-request)$/, importer: /fastify/ },
  { module: /^glob$/, importer: /@fastify.static/ },
  { module: /^depd$/, importer: /http-errors/ },
];

/** A library's smaller variant: all file types of the console are among the common ones. */
const smaller: Readonly<Record<string, string>> = { mime: 'mime/lite.js' };

/**
 * Bundles only the used parts of some libraries. undici's index, for example, also loads `fetch`, mocks and caches. The
 * unused parts took 10 MB of the idle gateway.
 */
const trimLibraries: Plugin = {
  name: 'trim-libraries',
  enforce: 'pre',
  resolveId(source, importer = '') {
    if (source === 'undici') return '\0undici';
    const variant = smaller[source];
    if (variant !== undefined) return this.resolve(variant, importer);
    return unused.some((each) => each.module.test(source) && each.importer.test(importer)) ? '\0unused' : undefined;
  },
  load(id) {
    if (id === '\0unused') return 'module.exports = function unused() { return unused; };';
    if (id !== '\0undici') return undefined;
    const from = (path: string) => `from ${JSON.stringify(join(undici, path))};`;
    return [
      ...Object.entries(undiciModules).map(([name, path]) => `export { default as ${name} } ${from(path)}`),
      // Like the index, because proxy connections use it.
      `import Dispatcher ${from('lib/dispatcher/dispatcher.js')}`,
      `import api ${from('lib/api/index.js')}`,
      'Object.assign(Dispatcher.prototype, api);',
    ].join('\n');
  },
};

/** Builds the server with all libraries into `dist/server`, which `npm start`, the package and the image run. */
export default defineConfig({
  root: import.meta.dirname,
  ssr: { noExternal: true },
  plugins: [trimLibraries],
  build: {
    ssr: true,
    outDir: '../dist/server',
    emptyOutDir: true,
    target: 'node26',
    sourcemap: true,
    license: { fileName: 'THIRD-PARTY-LICENSES.md' },
    rolldownOptions: {
      input: {
        main: 'server/start.ts',
        // Modules that are loaded by path: see lib/sibling-module.ts.
        worker: 'server/store/engines/sqlite/worker.ts',
      },
      output: {
        // One folder and no hashes, because the entries find each other by name.
        entryFileNames: '[name].js',
        chunkFileNames: '[name].js',
        // V8 keeps the source of each file in memory, with two bytes per character if any is outside Latin-1. Output in
        // ASCII without comments saves 10 MB of the idle gateway. Names and line breaks are kept for readable stack
        // traces.
        comments: false,
        minify: { compress: false, mangle: false, codegen: { removeWhitespace: false, asciiOnly: true } },
      },
    },
  },
});
