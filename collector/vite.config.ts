// The build for Node: the leaves of the library go inside, what is on npm stays outside.
import { defineConfig } from 'vite'

export default defineConfig({
  build: {
    ssr: true,
    target: 'node20.19',
    sourcemap: true,
    rolldownOptions: {
      input: { index: 'src/index.ts', cli: 'src/cli.ts' },
      output: { entryFileNames: '[name].js', chunkFileNames: 'shared-[hash].js' },
    },
  },
})
