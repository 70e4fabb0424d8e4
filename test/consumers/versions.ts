// The exact versions the matrix is measured with, all of which run on Node 20.

export const TOOLS = {
  '@arethetypeswrong/cli': '0.18.5',
  'puppeteer-core': '24.43.1',
  publint: '0.3.25',
} as const

export const VITE = { vite: '8.3.8' } as const

export const WEBPACK = { webpack: '5.112.2', 'webpack-cli': '7.3.1' } as const

export const ESBUILD = { esbuild: '0.28.2' } as const

export const ROLLUP = { rollup: '4.68.7', '@rollup/plugin-node-resolve': '16.0.3' } as const

export const NEXT = { next: '16.4.6', react: '19.3.1', 'react-dom': '19.3.1' } as const

/** SvelteKit 3 needs Node 22. */
export const SVELTEKIT = {
  '@sveltejs/adapter-node': '5.5.7',
  '@sveltejs/kit': '2.70.4',
  '@sveltejs/vite-plugin-svelte': '7.3.1',
  svelte: '5.57.3',
  vite: '8.3.8',
} as const

export const TYPESCRIPTS = ['5.9.3', '6.0.3', '7.0.2'] as const

export const SERVERS = {
  '@hono/node-server': '2.1.8',
  express: '5.3.0',
  hono: '4.13.19',
} as const

export const NODE_TYPES = { '@types/node': '20.19.43' } as const
