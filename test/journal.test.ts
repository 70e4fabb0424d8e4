import { describe, expect, it } from 'vitest'
import type { ItemRecord } from '../workers/item.ts'
import { Journal } from '../workers/journal.ts'
import { createFakeClock } from './fake-clock.ts'
import { record } from './stores.ts'

function create(append: (records: readonly ItemRecord[]) => Promise<void> = async () => {}) {
  const clock = createFakeClock()
  const start = clock.now()
  const commits: { seqs: number[]; atMs: number }[] = []
  const committed: number[] = []
  const journal = new Journal({
    clock,
    append(records) {
      commits.push({ seqs: records.map(({ seq }) => seq), atMs: clock.now() - start })
      return append(records)
    },
    onStored: (records) => committed.push(...records.map(({ seq }) => seq)),
  })
  return { clock, journal, commits, committed }
}

describe('journal', () => {
  it('commits what came within 75 ms together, so that it is on disk within 250', async () => {
    const { clock, journal, commits, committed } = create()
    journal.add(record(0))
    await clock.advance(60)
    journal.add(record(1))
    await clock.advance(14)
    expect(commits).toEqual([])
    await clock.advance(1)
    expect(commits).toEqual([{ seqs: [0, 1], atMs: 75 }])
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
    await clock.advance(100)
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

  it('what is added while other work is done between is stored after it', async () => {
    const { journal, commits, committed } = create()
    journal.add(record(0))
    await journal.between(async () => {
      expect(committed).toEqual([0])
      journal.add(record(1))
    })
    expect(committed).toEqual([0])
    await journal.commit()
    expect(commits.map(({ seqs }) => seqs)).toEqual([[0], [1]])
  })

  it('other work that fails keeps nothing from being stored', async () => {
    const { clock, journal, committed } = create()
    const failing = journal.between(async () => {
      throw new Error('its own')
    })
    journal.add(record(0))
    const commit = journal.commit()
    await expect(failing).rejects.toThrow('its own')
    await commit
    expect(committed).toEqual([0])
    journal.add(record(1))
    await clock.advance(100)
    expect(committed).toEqual([0, 1])
  })
})
