import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Address of the gateway started by `npm start`; the development server proxies the admin API to it. */
const gateway = 'http://127.0.0.1:8000';

export default defineConfig({
  root: import.meta.dirname,
  base: '/admin/',
  plugins: [react()],
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    // Inlined assets would be data: URLs, which the Content-Security-Policy allows for images and fonts only.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // The largest file, the dictionaries of the password check, is loaded on demand.
    chunkSizeWarningLimit: 1000,
    // Shared modules and icons go into one file each: they compress better than dozens of small ones.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'icons', test: /@tabler/, minShareCount: 2, priority: 1 },
            { name: 'shared', minShareCount: 8 },
          ],
        },
      },
    },
  },
  experimental: {
    // Files use relative paths, so they work under any base path. Only the page has full paths, which the gateway
    // rewrites.
    renderBuiltUrl: (_name, { hostType }) => (hostType === 'html' ? undefined : { relative: true }),
  },
  // Without the slash, `/admin/api` would also match the module `api.ts`.
  server: { proxy: { '/admin/api/': gateway, '/v1/': gateway } },
});
