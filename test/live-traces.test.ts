// What is counted beside the items: the same as whoever counts all that is kept, in whatever order and however often it came.
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ConnectionView } from '../collector/src/live/views.ts'
import type { Item } from '../src/wire.ts'
import { keptItems } from './kept.ts'
import { clientIn, openCall, pollItem, stateItem, timeAt } from './live-call.ts'
import type { LiveCall } from './live-call.ts'
import { TIMES } from './long.ts'

let call: LiveCall

beforeEach(async () => {
  call = await openCall()
})

afterEach(() => call.collector.close())

async function alice(path = '/live/rooms/s'): Promise<ConnectionView | undefined> {
  return (await call.group(path)).connections.find(({ peerId }) => peerId === 'alice')
}

const half = { partial: true } as const

/** One of each of these, in whatever order and however often. */
interface Capture {
  readonly seq: number
  readonly pcId: string
  readonly score: number | null
  readonly freezes: number
  readonly state: string | null
}

const captureOf = (seq: number): fc.Arbitrary<Capture> =>
  fc.record({
    seq: fc.constant(seq),
    pcId: fc.constantFrom('pc0', 'pc1'),
    score: fc.constantFrom(null, 2.5, 7),
    freezes: fc.nat(3),
    state: fc.constantFrom(null, 'connecting', 'connected', 'failed'),
  })

function itemIn({ seq, pcId, score, freezes, state }: Capture, isPartial: boolean): Item {
  const more = { pcId, ...(isPartial && half) }
  if (state !== null) return stateItem(seq, state, more)
  return pollItem(seq, isPartial ? {} : { score, freezes }, more)
}

const round = (value: number | null): number | null => value && Number(value.toFixed(6))

/** What a connection comes to, counted over all that is kept. */
function recount(kept: readonly Readonly<Record<string, unknown>>[], pcId: string) {
  const items = kept.filter((item) => item['pcId'] === pcId) as unknown as Item[]
  const polls = items.filter(({ tag }) => tag === 'stats') as unknown as {
    seq: number
    partial?: true
    data: { metrics: { in: { freezeCountDelta: number } }; quality?: { score: number } }
  }[]
  const scores = polls.flatMap(({ data }) => data.quality?.score ?? [])
  const states = items.flatMap(({ tag, data }) => (tag === 'stats' ? [] : [data]))
  const times = items.map(({ timestamp }) => Date.parse(timestamp))
  return {
    ...{ polls: polls.length, events: items.length - polls.length },
    freezes: polls.reduce((sum, { data }) => sum + data.metrics.in.freezeCountDelta, 0),
    frozen: polls.filter(({ data }) => data.metrics.in.freezeCountDelta > 0).length,
    score: round(
      scores.length === 0 ? null : scores.reduce((sum, one) => sum + one, 0) / scores.length,
    ),
    state: (states.at(-1) as { state?: string } | undefined)?.state ?? null,
    ...{ firstAt: Math.min(...times), lastAt: Math.max(...times) },
    last: polls.at(-1)?.seq,
    isPartial: polls.at(-1)?.partial === true,
  }
}

test('a connection is what a recount of its items says, whatever came when, how often and by halves', async () => {
  const count = 12
  const history = fc
    .tuple(...Array.from({ length: count }, (_, seq) => captureOf(seq)))
    .chain((captures) => {
      const sent = fc.record({ seq: fc.nat(count - 1), isPartial: fc.boolean() })
      const bodies = fc.array(fc.array(sent, { minLength: 1, maxLength: 5 }), {
        minLength: 1,
        maxLength: 8,
      })
      return fc.record({ captures: fc.constant(captures), bodies })
    })
  let turn = 0
  const run = fc.asyncProperty(history, async ({ captures, bodies }) => {
    const sessionId = `session ${(turn += 1)}`
    const more = { sessionId, producer: sessionId, ...clientIn(sessionId) }
    // Some are committed together, some one after the other.
    const first = bodies.slice(0, 3).map((sent) => send(sent))
    await Promise.all(first)
    for (const sent of bodies.slice(3)) await send(sent)
    async function send(sent: readonly { seq: number; isPartial: boolean }[]): Promise<void> {
      const items = sent.map(({ seq, isPartial }) => itemIn(captures[seq] as Capture, isPartial))
      await call.post(items, more)
    }
    const kept = await keptItems(call.collector.store, sessionId)
    const { connections } = await call.group(`/live/sessions/${encodeURIComponent(sessionId)}`)
    const shown = connections.map((one) => ({
      ...{ polls: one.polls, events: one.events, freezes: one.freezes, score: round(one.score) },
      ...{ state: one.state, firstAt: one.firstAt, lastAt: one.lastAt },
      frozen: one.troubles.frozen,
      ...{ last: one.last?.seq ?? undefined, isPartial: one.last?.isPartial === true },
    }))
    const pcs = [...new Set(kept.map(({ pcId }) => String(pcId)))].toSorted()
    const byPc = connections.map(({ pcId }, index) => [pcId, shown[index]] as const)
    const counted = pcs.map((pcId) => [pcId, recount(kept, pcId)] as const)
    expect(Object.fromEntries(byPc)).toEqual(Object.fromEntries(counted))
    const seqs = kept.map(({ seq }) => Number(seq))
    const missing = Math.max(...seqs) + 1 - seqs.length
    for (const { from } of connections) expect(from).toMatchObject({ items: seqs.length, missing })
  })
  await fc.assert(run, { numRuns: 40 * TIMES })
})

describe('a connection', () => {
  test('is shown with the whole of its last poll, once that has replaced a part of it', async () => {
    await call.post([pollItem(0, {}, half)])
    await call.post([pollItem(0, { score: 6, freezes: 2 })])
    expect(await alice()).toMatchObject({
      polls: 1,
      score: 6,
      freezes: 2,
      last: { isPartial: false },
    })
    expect((await call.moments(1)).map(({ seq }) => seq)).toEqual([0])
  })

  test('has the state that was told last, not the one that came last', async () => {
    await call.post([stateItem(5, 'connected')])
    await call.post([stateItem(2, 'connecting'), pollItem(3)])
    expect((await alice())?.state).toBe('connected')
  })

  test('has the later of two states of one millisecond', async () => {
    const same = { timestamp: timeAt(0) }
    await call.post([stateItem(1, 'connected', same)])
    await call.post([stateItem(0, 'connecting', same)])
    expect((await alice())?.state).toBe('connected')
  })

  test('goes to the room that its page names late, and is in no other', async () => {
    await call.post([pollItem(0)])
    await call.post([pollItem(1)], clientIn('standup'))
    await call.post([pollItem(2)])
    expect(await alice('/live/rooms/standup')).toMatchObject({ roomId: 'standup', polls: 3 })
    expect(await alice('/live/rooms/s')).toBeUndefined()
  })

  test('is taken part in by who was named in the batch that was sealed last', async () => {
    const sealed = (at: number, userId: string | null) => ({
      ...clientIn('s', userId),
      exportedAt: timeAt(at),
    })
    await call.post([pollItem(0)], sealed(2000, 'carol'))
    await call.post([pollItem(1)], sealed(1000, 'bob'))
    await call.post([pollItem(2)], sealed(3000, null))
    expect((await alice())?.participant).toBe('carol')
  })

  test('is none where an item is of a page, of no peer, or a summary', async () => {
    const page = { peerId: null, peerName: null, pcId: null }
    const summary = { event: 'summary', tag: 'summary' } as const
    await call.post([stateItem(0, 'x', page), pollItem(1, {}, { ...summary, data: {} })])
    expect((await call.group('/live/rooms/s')).connections).toEqual([])
    await call.post([pollItem(2)])
    expect((await alice())?.from).toMatchObject({ items: 3, missing: 0 })
  })
})

test('whoever sent is told by the facts of the batch that was sealed last, and by hints that an earlier one had', async () => {
  const hints = { platform: 'Windows', platformVersion: '15.0.0', bitness: '64', mobile: false }
  const told = { ...clientIn('s').client, hints: { ...hints, fullVersionList: [] } }
  await call.post([pollItem(0)], {
    client: { ...told, sdkVersion: '2' } as never,
    exportedAt: timeAt(5),
  })
  const later = { ...clientIn('s'), exportedAt: timeAt(9) }
  await call.post([pollItem(1)], later)
  expect((await alice())?.from).toMatchObject({ os: 'Windows 11', sdkVersion: '0.1.0' })
})
