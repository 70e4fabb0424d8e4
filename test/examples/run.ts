// Tries each example as a user would: install, build, serve, call, hang up. `--only NAME` for those that begin so.
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright'
import { CHROMIUM_ARGS, ensureChromium } from '../../demo/chromium.ts'
import { REPO, pack } from '../consumers/lab.ts'
import { EXAMPLES } from './examples.ts'
import { serve } from './serving.ts'
import { visit } from './visit.ts'

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } })
const only = values.only ?? ['']
const began = Date.now()
const root = await mkdtemp(join(tmpdir(), 'examples-'))
const browser = await chromium.launch({
  executablePath: ensureChromium(),
  args: [...CHROMIUM_ARGS],
})
let passed = 0
let failed = 0
try {
  const tarball = await pack(root)
  const source = join(REPO, 'demo', 'examples')
  const isOurs = (path: string): boolean => !/[\\/](?:node_modules|dist)(?:[\\/]|$)/.test(path)
  await cp(source, root, { recursive: true, filter: (path) => isOurs(path.slice(source.length)) })
  for (const example of EXAMPLES) {
    if (!only.some((start) => example.name.startsWith(start))) continue
    const start = Date.now()
    const seconds = (): string => `[${((Date.now() - start) / 1000).toFixed(1)} s]`
    try {
      const served = await serve(root, tarball, example)
      const measured = await visit(browser, served.url, example).finally(() => served.close())
      console.log(`ok    ${example.name}: ${measured} ${seconds()}`)
      passed++
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      console.log(`FAIL  ${example.name}: ${reason} ${seconds()}`)
      failed++
    }
  }
} finally {
  await browser.close()
  await rm(root, { recursive: true, force: true })
}
console.log(`${passed} passed, ${failed} failed in ${Math.round((Date.now() - began) / 1000)} s`)
process.exit(failed > 0 || passed === 0 ? 1 : 0)
