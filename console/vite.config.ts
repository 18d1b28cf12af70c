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
  },
  server: { proxy: { '/admin/api': gateway, '/v1': gateway } },
});
