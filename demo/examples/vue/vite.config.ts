// Vue with its own plugin; the exporter's worker needs no setting.
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

export default defineConfig({ plugins: [vue()] })
