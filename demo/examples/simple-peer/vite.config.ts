// simple-peer's own bundle for browsers: its source needs Node's `stream` and `buffer`, which vite does not provide.
import { defineConfig } from 'vite'

export default defineConfig({
  resolve: { alias: { 'simple-peer': 'simple-peer/simplepeer.min.js' } },
})
