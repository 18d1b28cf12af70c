import { defineConfig } from 'vite';

/** Builds the server, all libraries in it, into `dist/server`: the program that `npm start`, the package and the image run. */
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
        // What is loaded by its file: see lib/sibling-module.ts.
        worker: 'server/store/engines/sqlite/worker.ts',
        'token-encoding': 'server/conversation/token-encoding.ts',
      },
      output: {
        // One folder without hashes: the entries find each other by name.
        entryFileNames: '[name].js',
        chunkFileNames: '[name].js',
        // V8 keeps a file's source, and one character beyond Latin-1 makes it two bytes for each: ASCII alone and without
        // comments it takes 10 MB less of the idle gateway. Names and lines stay, so that stack traces can be read.
        comments: false,
        minify: { compress: false, mangle: false, codegen: { removeWhitespace: false, asciiOnly: true } },
      },
    },
  },
});
