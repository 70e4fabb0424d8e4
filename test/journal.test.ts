import { describe, expect, it } from 'vitest'
import type { ItemRecord } from '../workers/item.ts'
import { Journal } from '../workers/journal.ts'
import { createFakeClock } from './fake-clock.ts'
import { record } from './stores.ts'

function create(append: (records: readonly ItemRecord[]) => Promise<unknown> = async () => {}) {
  const clock = createFakeClock()
  const start = clock.now()
  const commits: { seqs: number[]; atMs: number }[] = []
  const committed: number[] = []
  const failures: unknown[] = []
  let lost = 0
  const journal = new Journal({
    clock,
    append(records) {
      commits.push({ seqs: records.map(({ seq }) => seq), atMs: clock.now() - start })
      return append(records)
    },
    onCommitted: (records) => committed.push(...records.map(({ seq }) => seq)),
    onFailure: (error) => failures.push(error),
    onLost: (count) => (lost += count),
  })
  return { clock, journal, commits, committed, failures, lost: () => lost }
}

describe('journal', () => {
  it('commits what came within 250 ms together', async () => {
    const { clock, journal, commits, committed } = create()
    journal.add(record(0))
    await clock.advance(200)
    journal.add(record(1))
    await clock.advance(49)
    expect(commits).toEqual([])
    await clock.advance(1)
    expect(commits).toEqual([{ seqs: [0, 1], atMs: 250 }])
    expect(committed).toEqual([0, 1])
  })

  it('commits at once when 64 KB wait', async () => {
    const { clock, journal, commits } = create()
    journal.add(record(0, 1, 40_000))
    journal.add(record(1, 1, 40_000))
    await clock.advance(0)
    expect(commits).toEqual([{ seqs: [0, 1], atMs: 0 }])
  })

  it('one commit at a time: what comes during one is in the next', async () => {
    let release = (): void => {}
    const gate = new Promise<void>((resolve) => (release = resolve))
    const { clock, journal, commits, committed } = create(() => gate)
    journal.add(record(0))
    await clock.advance(250)
    journal.add(record(1))
    await clock.advance(1000)
    expect(commits.map(({ seqs }) => seqs)).toEqual([[0]])
    release()
    await clock.advance(0)
    expect(committed).toEqual([0, 1])
  })

  it('commit() resolves when all that was added is on disk', async () => {
    const { journal, committed } = create()
    journal.add(record(0))
    await journal.commit()
    expect(committed).toEqual([0])
    journal.add(record(1))
    await journal.commit()
    expect(committed).toEqual([0, 1])
  })

  it('a store that fails gets the same items again, in their order', async () => {
    let isBroken = true
    const { clock, journal, commits, committed, failures } = create(async () => {
      if (isBroken) throw new Error('quota')
    })
    journal.add(record(0))
    await clock.advance(250)
    journal.add(record(1))
    isBroken = false
    await clock.advance(1000)
    expect(commits.map(({ seqs }) => seqs)).toEqual([[0], [0, 1]])
    expect(committed).toEqual([0, 1])
    expect(failures).toEqual([new Error('quota')])
  })

  it('memory is bounded while the store fails, and what has to go is counted', async () => {
    const { clock, journal, lost } = create(async () => {
      throw new Error('quota')
    })
    for (let seq = 0; seq < 100; seq++) {
      journal.add(record(seq, 1, 50_000))
      await clock.advance(2000)
    }
    // 2 MiB hold 41 such items.
    expect(lost()).toBe(100 - 41)
  })
})
