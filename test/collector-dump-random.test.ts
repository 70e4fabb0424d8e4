// Random sessions as an `RTCStatsDump`: whatever was read of them, a reader of the format finds it again.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dumpOf } from '../collector/src/downloads/dump.ts'
import { NOWHERE } from '../collector/src/facts.ts'
import { checkBatch } from '../collector/src/ingest/check.ts'
import { openStore } from '../collector/src/store/libsql.ts'
import type { Store } from '../collector/src/store/store.ts'
import type { Stat } from '../src/stats.ts'
import type { Item } from '../src/wire.ts'
import { reduceDetail } from '../workers/detail.ts'
import { normalize } from '../workers/normalize.ts'
import { batchOf, itemOf } from './batches.ts'
import { connectionsIn, readDump } from './dump-reading.ts'
import { TIMES } from './long.ts'

const value = fc.oneof(
  fc.constantFrom(0, 1, 2.5, -1, true, false, '', 'on'),
  fc.record({ cpu: fc.nat(9), bandwidth: fc.nat(9) }, { requiredKeys: [], noNullPrototype: true }),
  fc.array(fc.constantFrom('a', 'b'), { maxLength: 2 }),
)
const members = fc.dictionary(fc.constantFrom('bytesSent', 'kind', 'framesPerSecond', 'x'), value)
const report = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom('IT01', 'OT02', 'CP_a', 'P', 'constructor'),
    type: fc.constantFrom('inbound-rtp', 'outbound-rtp', 'candidate-pair', 'codec', 'of tomorrow'),
    timestamp: fc.integer({ min: 1, max: 9 }),
    members,
  }),
  { selector: ({ id }) => id },
)
const step = fc.record({
  producer: fc.constantFrom('page', 'page.w0', 'other'),
  pcId: fc.constantFrom('pc0', 'pc1'),
  waitMs: fc.nat(1500),
  what: fc.oneof(
    { weight: 4, arbitrary: report },
    { weight: 1, arbitrary: fc.constantFrom('connected', 'closed') },
  ),
  detail: fc.constantFrom('full' as const, 'report' as const),
})
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

interface Captured {
  readonly who: string
  readonly atMs: number
  readonly report: Readonly<Record<string, unknown>> | null
  readonly item: Item
}

const BEGIN_MS = Date.parse('2026-03-01T12:00:00.000Z')

/** What each producer captures, numbered, with the report as it was read; null of an event. */
function capture(steps: readonly Step[]): Captured[] {
  const seqs = new Map<string, number>()
  let atMs = BEGIN_MS
  return steps.map(({ producer, pcId, waitMs, what, detail }) => {
    atMs += waitMs
    const seq = seqs.get(producer) ?? 0
    seqs.set(producer, seq + 1)
    const common = { pcId, timestamp: new Date(atMs).toISOString() }
    const who = `${producer} ${pcId}`
    if (typeof what === 'string') {
      return { who, atMs, report: null, item: itemOf(seq, { ...common, data: { state: what } }) }
    }
    const stats = what.map(({ members: more, ...stat }): Stat => ({ ...more, ...stat }))
    const data = reduceDetail({ ...normalize(stats), metrics: {} }, detail)
    const item = itemOf(seq, { ...common, event: 'stats', tag: 'stats', data })
    const expected = Object.fromEntries(stats.map(({ id, ...stat }) => [id, stat]))
    return { who, atMs, report: expected, item }
  })
}

async function put(store: Store, steps: readonly Step[], all: readonly Captured[]) {
  for (const producer of new Set(steps.map((one) => one.producer))) {
    const items = all.flatMap(({ item }, index) =>
      steps[index]?.producer === producer ? item : [],
    )
    const checked = checkBatch(batchOf(items, { producer }), NOWHERE)
    if (checked.status === 'refused') throw new Error(checked.reason)
    expect(checked.rejected).toEqual([])
    await store.put([checked.arrival])
  }
}

test('every report and every event is there, on its connection, at its time and in its order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 80 }), async (steps) => {
      const captured = capture(steps)
      const store = await openStore(':memory:')
      await put(store, steps, captured)
      const session = await store.session('s')
      if (!session) throw new Error('no session')
      let text = ''
      for await (const part of dumpOf(session)) text += part
      await store.close()
      const dump = readDump(text)
      const names = new Map(
        [...connectionsIn(dump)].map(([name, { producer, pcId }]) => [name, `${producer} ${pcId}`]),
      )
      const found = dump.events.flatMap(({ method, connection, more, atMs, value: read }) => {
        const who = names.get(String(connection))
        const isOfItem = method.startsWith('on') || (method === 'getStats' && more.length === 0)
        return who !== undefined && isOfItem ? [{ who, atMs, read }] : []
      })
      const expected = captured.map(({ who, atMs, report: read, item }) => {
        return { who, atMs, read: read ?? (item.data as { state: string }).state }
      })
      for (const name of new Set(expected.map(({ who }) => who))) {
        const isIts = ({ who }: { readonly who: string }): boolean => who === name
        expect(found.filter(isIts)).toEqual(expected.filter(isIts))
      }
      expect(found).toHaveLength(expected.length)
      const times = dump.events.map(({ atMs }) => atMs)
      expect(times).toEqual(times.toSorted((one, other) => one - other))
    }),
    { numRuns: 40 * TIMES },
  )
})
