import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { createIntake } from '../workers/intake.ts'
import { derive } from '../workers/derive.ts'
import type { DeriveState } from '../workers/derive.ts'
import { HOUR_FILE, readHour } from './bench/hour.ts'
import { addressesIn } from './record/scrub.ts'
import { toText } from './record/series.ts'
import type { Series } from './record/series.ts'

const text = readFileSync(HOUR_FILE, 'utf8')
const series = JSON.parse(text) as Series
const POLLS = 100

it('the recorded minute has one poll a line, and no address of anybody', () => {
  expect(text).toBe(toText(series))
  expect(addressesIn(series)).toEqual([])
})

it('the hour goes on where the minute ends: time and every counter move, and none goes back', () => {
  const intake = createIntake()
  let state: DeriveState | null = null
  const flagged: string[] = []
  for (const { report: stats, t, wall } of readHour(POLLS).polls) {
    const captured = { seq: 0, timestamp: wall, peerId: 'a', peerName: 'a', pcId: 'a' }
    const read = intake.complete({ ...captured, clock: t, read: 'full', stats })
    const derived = derive(read, state, 2000)
    state = derived.state
    for (const [id, { reset, stale, gap }] of Object.entries(derived.metrics)) {
      if (reset || gap || (stale && !/^R[IO]/.test(id))) flagged.push(id)
    }
  }
  expect(flagged).toEqual([])
})

it('no report of the hour is like the one before, so that no compression is flattered', () => {
  const { polls } = readHour(POLLS)
  const bytes = polls.map(({ report }) =>
    report.flatMap((stat) => (stat.type === 'transport' ? stat['bytesSent'] : [])).join(),
  )
  expect(new Set(bytes).size).toBe(POLLS)
})
