import { defineConfig } from 'vite';

/** Builds the server with all libraries into `dist/server`, which `npm start`, the package and the image run. */
export default defineConfig({
  root: import.meta.dirname,
  ssr: { noExternal: true },
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
        'token-encoding': 'server/conversation/token-encoding.ts',
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
