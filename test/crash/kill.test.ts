// A SIGKILL of the whole browser loses nothing that has been on its disk, wherever it comes. Rules of DURABILITY.md.
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest'
import { startFaultCollector } from '../fault-collector.ts'
import { TIMES } from '../long.ts'
import { createRun } from '../run.ts'
import type { Account } from './account.ts'
import { livesOf } from './life.ts'
import { POINTS } from './points.ts'
import { createRandom } from './random.ts'
import { serveSite } from './site.ts'
import type { Site } from './site.ts'

const KILLS = TIMES > 1 ? 10 : 1

const accounts = new Map<string, Account[]>()
const random = createRandom()
let site: Site
let faults: Awaited<ReturnType<typeof startFaultCollector>>

beforeAll(async () => {
  ;[site, faults] = await Promise.all([serveSite(), startFaultCollector()])
})

afterAll(async () => {
  process.stdout.write(table())
  await Promise.all([site.close(), faults.close()])
})

describe('a browser that is killed loses nothing', () => {
  it.each(POINTS)('at: $name', async (point) => {
    const done: Account[] = []
    accounts.set(point.name, done)
    let offsetMs = 0
    onTestFailed(() => {
      const where = `kill ${done.length}, ${offsetMs.toFixed(1)} ms after the point`
      process.stdout.write(`${point.name}: ${where}, CRASH_SEED=${random.seed}\n`)
    })
    for (let kill = 0; kill < KILLS; kill++) {
      offsetMs = random.below(point.offsetMs)
      const run = createRun(faults.url)
      const account = await livesOf({ point, run, siteUrl: site.url, offsetMs })
      done.push(account)
      expect(account.complaints).toEqual([])
      expect(account.logged).toBeGreaterThan(0)
    }
  })
})

function table(): string {
  const head = 'killed at            kills  logged   kept  doubled  evicted\n'
  const sum = (all: readonly Account[], name: 'logged' | 'kept' | 'doubled' | 'evicted'): string =>
    String(all.reduce((total, account) => total + account[name], 0))
  const rows = [...accounts].map(([name, all]) =>
    [
      name.padEnd(20),
      String(all.length).padStart(6),
      sum(all, 'logged').padStart(7),
      sum(all, 'kept').padStart(6),
      sum(all, 'doubled').padStart(8),
      `${sum(all, 'evicted').padStart(8)}\n`,
    ].join(' '),
  )
  return head + rows.join('')
}
