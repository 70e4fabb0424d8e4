import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { EncodedBatch, SendResult } from '../transports/transport.ts'
import { createFetchTransport } from '../transports/fetch.ts'
import { startFaultCollector } from './fault-collector.ts'
import { TIMES } from './long.ts'
import { createRun } from './run.ts'
import { createSender, itemsOf, mostWithin } from './sending.ts'

const MINUTE_MS = 60_000
const RUNS = { numRuns: 60 * TIMES }

vi.setConfig({ testTimeout: 20_000 * TIMES })

/** Refuses a body that holds one of these. */
function serverOf(isPoison: (seq: number) => boolean) {
  const kept = new Set<number>()
  const answer = (batch: EncodedBatch): SendResult => {
    const seqs = itemsOf(batch).map(({ seq }) => seq)
    const bad = seqs.find(isPoison)
    if (bad !== undefined) return { status: 'drop', error: new Error(`400: item ${bad} is bad`) }
    for (const seq of seqs) kept.add(seq)
    return { status: 'ok' }
  }
  return { kept, answer }
}

describe('sending a poison', () => {
  it("one poison item in 100: 99 delivered in <= 16 requests, 1 in quarantine with the server's reason", async () => {
    const counts: number[] = []
    for (let poison = 0; poison < 100; poison++) {
      const { kept, answer } = serverOf((seq) => seq === poison)
      const { clock, sender, sent, quarantine } = await createSender(answer, { itemsEach: 100 })
      sender.wake()
      await clock.advance(0)
      expect(kept.size).toBe(99)
      const held = await quarantine()
      expect(held).toMatchObject([{ reason: `400: item ${poison} is bad`, count: 1 }])
      expect(held[0]?.items.map(({ seq }) => seq)).toEqual([poison])
      counts.push(sent.length)
    }
    expect(Math.max(...counts)).toBeLessThanOrEqual(16)
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length
    console.log(`one poison in 100: ${mean} requests on average, ${Math.max(...counts)} at most`)
  })

  it('one poison among n is found in <= 2 log2 n + 2 requests, wherever it is', async () => {
    for (let n = 1; n <= (TIMES > 1 ? 130 : 40); n++) {
      for (let poison = 0; poison < n; poison++) {
        const { kept, answer } = serverOf((seq) => seq === poison)
        const { sender, sent } = await createSender(answer, { itemsEach: n })
        await sender.sendAll(1e9)
        expect(kept.size).toBe(n - 1)
        expect(sent.length).toBeLessThanOrEqual(2 * Math.log2(n) + 2)
      }
    }
  })

  it('several poisons in several batches: the rest is delivered, each is quarantined, all are counted', async () => {
    const world = fc.record({
      batches: fc.integer({ min: 1, max: 5 }),
      itemsEach: fc.integer({ min: 1, max: 30 }),
      poisons: fc.uniqueArray(fc.integer({ min: 0, max: 149 }), { maxLength: 12 }),
    })
    await fc.assert(
      fc.asyncProperty(world, async ({ batches, itemsEach, poisons }) => {
        const count = batches * itemsEach
        const bad = poisons.filter((seq) => seq < count)
        const { kept, answer } = serverOf((seq) => bad.includes(seq))
        const { clock, sender, sent, raised, queue, quarantine } = await createSender(answer, {
          batches,
          itemsEach,
        })
        sender.wake()
        await clock.advance(3 * 3_600_000)
        expect(kept.size).toBe(count - bad.length)
        const held = await quarantine()
        const heldSeqs = held.flatMap(({ items }) => items.map(({ seq }) => seq))
        expect(heldSeqs.toSorted((one, other) => one - other)).toEqual(
          bad.toSorted((one, other) => one - other),
        )
        expect(await queue.size()).toBe(0)
        const bound = batches + bad.length * (2 * Math.log2(itemsEach) + 2)
        expect(sent.length).toBeLessThanOrEqual(bound)
        const told = raised.filter((event) => event.name === 'export:error' && !event.queued)
        expect(told).toHaveLength(bad.length)
      }),
      RUNS,
    )
  })

  it('an endpoint that answers 400 to everything: no storm, and nothing is lost that is not counted', async () => {
    const isMended = { is: false }
    const server = serverOf(() => !isMended.is)
    const { clock, sender, times, add, depot, raised } = await createSender(server.answer, {
      batches: 20,
      itemsEach: 20,
    })
    sender.wake()
    for (let minute = 0; minute < 12 * 60; minute++) {
      await clock.advance(MINUTE_MS)
      if (minute % 10 === 0) await add()
    }
    const in12Hours = 20 * 20 + 20 * 72
    expect(mostWithin(times(), MINUTE_MS)).toBeLessThanOrEqual(17)
    const late = times().filter((at) => at > 2 * 3_600_000)
    expect(mostWithin(late, 15 * MINUTE_MS)).toBe(1)
    expect(mostWithin(late, 3_600_000)).toBeLessThanOrEqual(4)
    console.log(`400 to everything: ${times().length} requests in 12 h`)

    const { depth, dropped, quarantined } = await depot.census()
    expect(quarantined).toBeLessThanOrEqual(20)
    const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0)
    expect(depth + quarantined + lost).toBe(in12Hours)

    isMended.is = true
    await clock.advance(3_600_000)
    const after = await depot.census()
    expect(after.depth).toBe(0)
    expect(server.kept.size + quarantined + lost).toBe(in12Hours)
    const givenUp = raised.filter((event) => event.name === 'export:error' && !event.queued)
    expect(givenUp).toHaveLength(quarantined + lost)
  })

  it('over HTTP, what the server says of the poison is in quarantine', async () => {
    const collector = await startFaultCollector()
    try {
      const run = createRun(collector.url)
      const body = 'items[0].data.codec: expected an array'
      await run.script({ steps: [{ if: { seq: 7 }, status: 400, body }] })
      const transport = createFetchTransport({
        url: run.url,
        compression: 'none',
        headers: async () => ({}),
        now: Date.now,
      })
      const { sender, sent, quarantine } = await createSender(() => ({ status: 'ok' }), {
        itemsEach: 20,
        transport,
      })
      await sender.sendAll(1e9)
      expect(sent.length).toBeLessThanOrEqual(10)
      const held = await quarantine()
      expect(held).toMatchObject([{ count: 1, items: [{ seq: 7 }] }])
      expect(held[0]?.reason).toBe(`${run.url} answered 400: ${body}`)
      expect(await run.ledger()).toMatchObject({ kept: 19, doubled: [], missing: [['p1', 7]] })
    } finally {
      await collector.close()
    }
  })
})

describe('sending what is wanted later', () => {
  const later = (batch: EncodedBatch, isLater: (seq: number) => boolean): SendResult => ({
    status: 'ok',
    rejected: itemsOf(batch).flatMap(({ seq }, index) =>
      isLater(seq) ? [{ index, reason: 'busy', retry: true }] : [],
    ),
  })

  it('a single item is asked for again ever more seldom, and holds nothing up', async () => {
    const { clock, sender, sent, raised, add, queue } = await createSender(
      (batch) => later(batch, (seq) => seq === 3),
      { batches: 3, itemsEach: 5 },
    )
    sender.wake()
    for (let minute = 0; minute < 240; minute++) {
      await clock.advance(MINUTE_MS)
      await add()
    }
    await clock.advance(0)
    expect(await queue.size()).toBe(1)
    const again = sent.filter(({ json }) => itemsOf({ json }).some(({ seq }) => seq === 3))
    expect(again.length).toBeLessThanOrEqual(30)
    const late = again.map(({ atMs }) => atMs).filter((at) => at > 3_600_000)
    expect(mostWithin(late, 15 * MINUTE_MS)).toBe(1)
    expect(again.at(-1)?.batchId).toBe('b0/r')
    const told = raised.filter(({ name }) => name === 'export:error')
    expect(told).toMatchObject([{ queued: true, error: { message: 'busy' }, items: [{ seq: 3 }] }])
  })

  it('a server that takes nothing now is no storm, and gets all of it when it does', async () => {
    let isBusy = true
    const { clock, sender, times, queue } = await createSender(
      (batch) => later(batch, () => isBusy),
      { batches: 100, itemsEach: 2 },
    )
    sender.wake()
    await clock.advance(6 * 3_600_000)
    expect(mostWithin(times(), MINUTE_MS)).toBeLessThanOrEqual(17)
    expect(times().length).toBeLessThanOrEqual(60)
    expect(await queue.size()).toBe(200)
    isBusy = false
    await clock.advance(3_600_000)
    expect(await queue.size()).toBe(0)
  })
})
