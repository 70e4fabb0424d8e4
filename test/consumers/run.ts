// Runs the matrix of consumers: `--only NAME` for the cells whose name begins so. One line per cell.
import { parseArgs } from 'node:util'
import { collectorCells } from './collector-cells.ts'
import { CONSUMERS } from './consumers.ts'
import { CSP_CONSUMERS } from './csp.ts'
import { openLab } from './lab.ts'
import { packageCells } from './package-cells.ts'
import { pageCells } from './page-cells.ts'
import { SCRIPT_CONSUMERS } from './script-tag.ts'
import { typeCells } from './types.ts'

/** Far over what the slowest takes on an empty cache. */
const CELL_LIMIT_MS = 600_000

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } })
const only = values.only ?? ['']
const began = Date.now()
const lab = await openLab()
let passed = 0
let failed = 0
try {
  const cells = [
    ...packageCells(lab),
    ...typeCells(lab),
    ...collectorCells(lab),
    ...[...CONSUMERS, ...SCRIPT_CONSUMERS, ...CSP_CONSUMERS].flatMap((consumer) =>
      pageCells(lab, consumer),
    ),
  ]
  for (const { name, run } of cells) {
    if (!only.some((start) => name.startsWith(start))) continue
    const start = Date.now()
    const seconds = (): string => `${((Date.now() - start) / 1000).toFixed(1)} s`
    try {
      const measured = await limited(run())
      console.log(`ok    ${name}: ${measured} [${seconds()}]`)
      passed++
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      console.log(`FAIL  ${name}: ${reason} [${seconds()}]`)
      failed++
    }
  }
} finally {
  await lab.close()
}
console.log(`${passed} passed, ${failed} failed in ${Math.round((Date.now() - began) / 1000)} s`)
process.exit(failed > 0 || passed === 0 ? 1 : 0)

function limited(cell: Promise<string>): Promise<string> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('it took too long')), CELL_LIMIT_MS)
  })
  return Promise.race([cell, late]).finally(() => clearTimeout(timer))
}
