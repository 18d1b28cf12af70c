import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `npm start` serves the gateway; the development server passes the admin API on to it. */
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
    // What many parts share is one file: it compresses better than dozens of small ones, and is fetched at once.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'shared', minShareCount: 8 }] } } },
  },
  experimental: {
    // Files find each other wherever the page is served: only the page names them by the whole path, which the gateway changes.
    renderBuiltUrl: (_name, { hostType }) => (hostType === 'html' ? undefined : { relative: true }),
  },
  server: { proxy: { '/admin/api': gateway, '/v1': gateway } },
});
