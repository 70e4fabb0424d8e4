import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { Item, StatsData } from '../src/wire.ts'
import type { EncodedBatch, SendResult } from '../transports/transport.ts'
import type { ItemRecord } from '../workers/item.ts'
import { TIMES } from './long.ts'
import { createSender, itemsOf } from './sending.ts'
import { record } from './stores.ts'

const RUNS = { numRuns: 60 * TIMES }

vi.setConfig({ testTimeout: 20_000 * TIMES })

/** Takes bodies up to so many bytes. */
function serverOf(limits: { bytes: number }) {
  const kept = new Map<number, Item>()
  const answer = (batch: EncodedBatch): SendResult => {
    if (batch.json.byteLength > limits.bytes) return { status: 'split' }
    for (const item of itemsOf(batch)) kept.set(item.seq, item)
    return { status: 'ok' }
  }
  return { kept, answer }
}

/** A stats item whose report is there twice, as `detail: 'full'` has it. */
function statsRecord(seq: number, bytes: number): ItemRecord {
  const plain = record(seq)
  const stat = { id: 'a', type: 'codec', timestamp: 1, filler: 'x'.repeat(bytes / 2) }
  const data = { codec: [stat], raw: { codec: [stat] }, metrics: { a: { bitrate: 1 } } }
  const item = { ...(JSON.parse(new TextDecoder().decode(plain.json)) as object), data }
  return { ...plain, json: new TextEncoder().encode(JSON.stringify(item)) }
}

/** The body of one item alone is its padding and so much; `report` halves it, `metrics` needs no more than this. */
const SMALLEST = 800

/** What stands around the items. */
const ENVELOPE = 350

const sizes = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 40 })

describe('sending what is too large', () => {
  it('a 413 at any size delivers everything in <= 2n requests, and nothing reduced that fits', async () => {
    const most = { perItem: 0 }
    await fc.assert(
      fc.asyncProperty(sizes, fc.double({ min: 0, max: 1, noNaN: true }), async (bytes, slack) => {
        const least = Math.max(...bytes) + SMALLEST
        const limits = { bytes: least + slack * 30_000 }
        const { kept, answer } = serverOf(limits)
        const { clock, sender, sent, raised } = await createSender(answer, {
          itemsEach: bytes.length,
          recordOf: (seq) => statsRecord(seq, bytes[seq] ?? 0),
        })
        sender.wake()
        await clock.advance(0)
        most.perItem = Math.max(most.perItem, sent.length / bytes.length)
        expect(sent.length).toBeLessThanOrEqual(2 * bytes.length)
        expect(kept.size).toBe(bytes.length)
        expect([...kept.values()].filter(({ partial }) => partial)).toEqual([])
        expect(raised.filter(({ name }) => name !== 'export:success')).toEqual([])
      }),
      RUNS,
    )
    console.log(`413: at most ${most.perItem.toFixed(2)} requests per item`)
  })

  it('100 equal items and room for n of them: so many requests', async () => {
    const counts: number[] = []
    for (const fit of [1, 3, 10, 50, 99]) {
      const { kept, answer } = serverOf({
        bytes: ENVELOPE + fit * (record(99, 1, 1000).json.byteLength + 1),
      })
      const { clock, sender, sent } = await createSender(answer, {
        itemsEach: 100,
        recordOf: (seq) => record(seq, 1, 1000),
      })
      sender.wake()
      await clock.advance(0)
      expect(kept.size).toBe(100)
      expect(sent.length).toBeLessThanOrEqual(200)
      counts.push(sent.length)
    }
    console.log(`413 with room for 1, 3, 10, 50, 99 of 100: ${counts.join(', ')} requests`)
  })

  /** Each item costs its own attempt, one as `report` and one as `metrics`, and the cuts that lead there: 4n. */
  it('single items that do not fit are reduced to what fits, else quarantined: all accounted for in <= 4n requests', async () => {
    const priorities = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 20_000 })), {
      minLength: 1,
      maxLength: 30,
    })
    await fc.assert(
      fc.asyncProperty(
        priorities,
        fc.integer({ min: SMALLEST, max: 20_000 }),
        async (all, limit) => {
          const { kept, answer } = serverOf({ bytes: limit })
          const { clock, sender, sent, raised, queue, quarantine } = await createSender(answer, {
            itemsEach: all.length,
            recordOf(seq) {
              const [isStats, bytes] = all[seq] ?? [true, 0]
              return isStats ? statsRecord(seq, bytes) : { ...record(seq, 0, bytes), priority: 1 }
            },
          })
          sender.wake()
          await clock.advance(3_600_000)
          expect(sent.length).toBeLessThanOrEqual(4 * all.length)
          const refused = raised.flatMap((event) =>
            event.name === 'export:error' && !event.queued ? event.items : [],
          )
          const seqs = [...kept.keys(), ...refused.map(({ seq }) => seq)]
          expect(seqs.toSorted((one, other) => one - other)).toEqual(all.map((_, seq) => seq))
          expect(await queue.size()).toBe(0)
          const held = await quarantine()
          expect(new Set(held.map(({ reason }) => reason)).size).toBeLessThanOrEqual(1)
          for (const item of kept.values()) {
            const [, bytes = 0] = all[item.seq] ?? []
            if (!item.partial) continue
            expect(bytes + SMALLEST).toBeGreaterThan(limit)
            const isReport = 'codec' in (item.data as StatsData)
            expect(isReport || bytes / 2 + SMALLEST > limit).toBe(true)
          }
          expect(refused.every(({ tag }) => tag !== 'stats')).toBe(true)
        },
      ),
      RUNS,
    )
  })

  it('the app is told once which detail would fit', async () => {
    const { answer } = serverOf({ bytes: 3000 })
    const { clock, sender, raised } = await createSender(answer, {
      batches: 4,
      recordOf: (seq) => statsRecord(seq, 9000),
    })
    sender.wake()
    await clock.advance(0)
    const said = raised.flatMap((event) => (event.name === 'error' ? event.error.message : []))
    expect(said).toHaveLength(2)
    expect(said[0]).toContain("`detail: 'report'`")
    expect(said[1]).toContain("`detail: 'metrics'`")
  })

  it('the learnt limit is used from then on: what waits is cut without asking, and sealing keeps below it', async () => {
    const { kept, answer } = serverOf({ bytes: 8000 })
    const { clock, sender, sent, add } = await createSender(answer, {
      batches: 5,
      itemsEach: 20,
      padding: () => 1000,
    })
    sender.wake()
    await clock.advance(0)
    expect(kept.size).toBe(100)
    const refusals = (): number => sent.filter(({ bytes }) => bytes > 8000).length
    expect(refusals()).toBeLessThanOrEqual(3)
    expect(sender.batchBytes).toBeLessThanOrEqual(8000)
    expect(sender.batchBytes).toBeGreaterThan(4000)
    const before = refusals()
    for (let batch = 0; batch < 5; batch++) {
      await add()
      await clock.advance(5000)
    }
    expect(kept.size).toBe(200)
    expect(refusals()).toBe(before)
  })

  it('a server whose limit shrinks is learnt anew, and one whose limit grows within the hour', async () => {
    const limits = { bytes: 20_000 }
    const { kept, answer } = serverOf(limits)
    const { clock, sender, sent, add } = await createSender(answer, {
      itemsEach: 20,
      padding: () => 1000,
    })
    sender.wake()
    await clock.advance(0)
    limits.bytes = 5000
    await add()
    await clock.advance(0)
    expect(kept.size).toBe(40)
    expect(sender.batchBytes).toBeLessThanOrEqual(5000)
    limits.bytes = 100_000
    const before = sent.length
    await clock.advance(3_600_000)
    await add()
    await clock.advance(0)
    expect(kept.size).toBe(60)
    expect(sent.length).toBe(before + 1)
  })

  it('any history of limits: everything is delivered, reduced or quarantined, and counted', async () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 900, max: 30_000 }), sizes), {
      minLength: 1,
      maxLength: 4,
    })
    await fc.assert(
      fc.asyncProperty(steps, async (history) => {
        const all = history.flatMap(([, bytes]) => bytes)
        const limits = { bytes: 0 }
        const { kept, answer } = serverOf(limits)
        const { clock, add, queue, raised } = await createSender(answer, {
          batches: 0,
          recordOf: (seq) => statsRecord(seq, all[seq] ?? 0),
        })
        for (const [limit, bytes] of history) {
          limits.bytes = limit
          await add(bytes.length)
          await clock.advance(10_000)
        }
        await clock.advance(3_600_000)
        expect(await queue.size()).toBe(0)
        expect(raised.filter(({ name }) => name === 'export:error')).toEqual([])
        expect(kept.size).toBe(all.length)
      }),
      RUNS,
    )
  })
})
