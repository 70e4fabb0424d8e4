// The collector's live page, built where it is not: a newcomer goes from `npm ci` to `npm start`, and the demo links to it.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import type { InlineConfig } from 'vite'

const CONFIG = fileURLToPath(new URL('../collector/vite.page.config.ts', import.meta.url))
const OUT = fileURLToPath(new URL('../collector/dist/page', import.meta.url))

/** What is built already stays as it is: others may be reading it. */
export async function ensureLivePage(quiet: InlineConfig, outDir: string = OUT): Promise<void> {
  if (existsSync(join(outDir, 'index.html'))) return
  await build({ ...quiet, configFile: CONFIG, build: { outDir } })
}
