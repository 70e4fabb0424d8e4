// The build of the live page: files of the collector's own origin alone, which it serves itself.
import { join } from 'node:path'
import { defineConfig } from 'vite'
import { licences } from '../vite.licences.ts'

export default defineConfig({
  root: join(import.meta.dirname, 'page'),
  // The page may be mounted anywhere: what it loads is named from where it stands.
  base: './',
  plugins: [licences(join(import.meta.dirname, 'dist/page'))],
  build: {
    outDir: '../dist/page',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: false,
    // Under `default-src 'self'` nothing is loaded from a data: address.
    assetsInlineLimit: 0,
  },
})
