/// <reference types="node" />
import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const service = process.env['PATCHBAY_DEV_SERVICE'] ?? 'http://127.0.0.1:7400';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  resolve: { alias: { '~kinds': path.resolve(import.meta.dirname, '../src/kinds'), '~categories': path.resolve(import.meta.dirname, '../src/categories') } },
  build: {
    target: 'es2022',
    // Nothing inline: neither the policy nor the cache would like it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    outDir: process.env['PATCHBAY_UI_OUT'] ?? 'dist',
    emptyOutDir: true,
  },
  server: {
    port: 7401,
    proxy: Object.fromEntries(['/api', '/docs', '/openapi.json', '/hooks'].map((prefix) => [prefix, { target: service, changeOrigin: false }])),
    fs: { allow: [path.resolve(import.meta.dirname, '../..')] },
  },
});
