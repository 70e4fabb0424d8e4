import { describe, expect, it } from 'vitest'
import type { CapturedReport } from '../src/protocol.ts'
import type { Stat } from '../src/stats.ts'
import { createIntake } from '../workers/intake.ts'
import { reportOf } from './reports.ts'

const stat = (id: string, timestamp: number): Stat => ({ id, timestamp, type: 'codec' })

const report = (read: CapturedReport['read'], pcId: string, ...stats: Stat[]): CapturedReport =>
  reportOf(read, stats, pcId)

describe('intake', () => {
  it('a full reading is the report, in its order', () => {
    const intake = createIntake()
    expect(intake.complete(report('full', 'pc1', stat('b', 1), stat('a', 1)))).toEqual([
      stat('b', 1),
      stat('a', 1),
    ])
  })

  it('a partial reading keeps the place, the values and the timestamps of what was not read again', () => {
    const intake = createIntake()
    intake.complete(report('full', 'pc1', stat('a', 1), stat('b', 1), stat('c', 1)))
    expect(intake.complete(report('partial', 'pc1', stat('b', 2)))).toEqual([
      stat('a', 1),
      stat('b', 2),
      stat('c', 1),
    ])
    expect(intake.complete(report('partial', 'pc1', stat('c', 3)))).toEqual([
      stat('a', 1),
      stat('b', 2),
      stat('c', 3),
    ])
  })

  it('what is missing from a full reading is gone', () => {
    const intake = createIntake()
    intake.complete(report('full', 'pc1', stat('a', 1), stat('b', 1)))
    intake.complete(report('full', 'pc1', stat('a', 2)))
    expect(intake.complete(report('partial', 'pc1', stat('a', 3)))).toEqual([stat('a', 3)])
  })

  it('connections do not know each other, and one that is forgotten begins anew', () => {
    const intake = createIntake()
    intake.complete(report('full', 'pc1', stat('a', 1)))
    intake.complete(report('full', 'pc2', stat('b', 1)))
    expect(intake.complete(report('partial', 'pc1'))).toEqual([stat('a', 1)])
    intake.forget('pc1')
    expect(intake.complete(report('partial', 'pc1'))).toEqual([])
  })
})
