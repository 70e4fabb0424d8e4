// When an account is said, what it replaces, and what is forgotten.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { ALICE, BOB, HER_OTHER, NOBODY, heard, hears, start } from './summing.ts'
import type { Said } from './summing.ts'

const MINUTE_MS = 60_000

/** Whose it is, its `seq`, what it replaces, and whether it is the last one. */
const inShort = ({ seq, supersedes, priority, item: { peerId, data } }: Said): string =>
  [
    `${peerId ?? 'session'} ${seq}`,
    ...(supersedes === undefined ? [] : [`for ${supersedes}`]),
    ...(data.isFinal ? ['final'] : []),
    `p${priority}`,
  ].join(' ')

const shortly = (said: Said[]): string[] => said.splice(0).map(inShort)

describe('what is said of a call', () => {
  it('is said each minute in which something was captured, each in place of the one before', async () => {
    const call = start()
    await call.clock.advance(5 * MINUTE_MS)
    expect(call.said).toEqual([])
    call.state(ALICE, 'new')
    await call.clock.advance(MINUTE_MS - 1)
    expect(call.said).toEqual([])
    await call.clock.advance(1)
    expect(shortly(call.said)).toEqual(['alice 0 p1', 'session 1 p1'])
    await call.clock.advance(3 * MINUTE_MS)
    expect(call.said).toEqual([])
    call.poll([[BOB, [hears(0)]]])
    await call.clock.advance(MINUTE_MS)
    expect(shortly(call.said)).toEqual(['bob 2 p1', 'session 3 for 1 p1'])
    call.state(ALICE, 'connected')
    await call.clock.advance(MINUTE_MS)
    expect(shortly(call.said)).toEqual(['alice 4 for 0 p1', 'session 5 for 3 p1'])
  })

  it('is an item of the peer, or of nobody, and of no connection', async () => {
    const call = start()
    call.state(ALICE, 'new')
    await call.clock.advance(MINUTE_MS)
    const [{ item } = {}, ofSession] = call.said
    expect(item).toMatchObject({
      event: 'summary',
      tag: 'summary',
      peerId: 'alice',
      peerName: "alice's name",
      pcId: null,
      timestamp: new Date(call.clock.now()).toISOString(),
      data: { isFinal: false, connections: 1 },
    })
    expect(ofSession?.item).toMatchObject({ peerId: null, peerName: null, pcId: null })
  })

  it('what concerns no connection is no news, but a rating is', async () => {
    const call = start()
    call.event(NOBODY, 'visibilityChange', { state: 'hidden' })
    call.event({ peerId: 'alice', pcId: null }, 'mark')
    await call.clock.advance(MINUTE_MS)
    expect(call.said).toEqual([])
    call.event(NOBODY, 'rating', { rating: 3 })
    await call.clock.advance(MINUTE_MS)
    expect(shortly(call.said)).toEqual(['session 0 p1'])
  })

  it('the last one of a peer goes first, with its last connection; then the peer is gone', async () => {
    const call = start()
    for (const who of [ALICE, HER_OTHER, BOB]) call.state(who, 'connected')
    await call.clock.advance(MINUTE_MS)
    call.said.length = 0
    call.pipeline.forget('pc1')
    expect(call.said).toEqual([])
    call.pipeline.forget('pc2')
    expect(shortly(call.said)).toEqual(['alice 3 for 0 final p0'])
    expect(Object.keys(call.summary.current().peers)).toEqual(['bob'])
    expect(call.session()).toMatchObject({ isFinal: false, connections: 3 })
    call.pipeline.forget('pc2')
    call.pipeline.forget('never seen')
    await call.clock.advance(2 * MINUTE_MS)
    expect(call.said).toEqual([])
  })

  it('a peer that comes again begins anew, and replaces nothing', async () => {
    const call = start()
    await call.setUp(ALICE, 300)
    call.poll([[ALICE, [hears(0)]]])
    await call.next([[ALICE, [hears(1000)]]])
    call.pipeline.forget('pc1')
    await call.setUp(HER_OTHER, 500)
    call.poll([[HER_OTHER, [hears(5000)]]])
    await call.next([[HER_OTHER, [hears(7000)]]])
    expect(call.peer()).toMatchObject({ connections: 1, polls: 2, callSetupMs: 500 })
    expect(heard(call.peer())).toMatchObject({ bytes: 2000 })
    expect(call.session()).toMatchObject({ connections: 2, polls: 4, callSetupMs: 400 })
    expect(heard(call.session())).toMatchObject({ bytes: 3000 })
    await call.clock.advance(MINUTE_MS)
    expect(shortly(call.said)).toEqual(['alice 0 final p0', 'alice 1 p1', 'session 2 p1'])
  })

  it('at the end the last ones are said of all, and no other one follows', async () => {
    const call = start()
    call.state(ALICE, 'connected')
    await call.clock.advance(MINUTE_MS)
    call.state(BOB, 'connected')
    call.said.length = 0
    const { session, peers } = call.summary.end()
    expect(shortly(call.said)).toEqual([
      'alice 2 for 0 final p0',
      'bob 3 final p0',
      'session 4 for 1 final p0',
    ])
    expect(session).toMatchObject({ isFinal: true, connections: 2 })
    expect(Object.entries(peers).map(([peerId, { isFinal }]) => [peerId, isFinal])).toEqual([
      ['alice', true],
      ['bob', true],
    ])
    call.state(ALICE, 'closed')
    await call.clock.advance(2 * MINUTE_MS)
    expect(call.said).toEqual([])
  })

  it('where nothing was captured there is nothing to say at the end', () => {
    const call = start()
    expect(call.summary.end()).toEqual({ session: null, peers: {} })
    expect(call.said).toEqual([])
  })

  it('clear() begins anew: nothing from before is said, counted or replaced', async () => {
    const call = start()
    call.state(ALICE, 'disconnected')
    call.event(NOBODY, 'rating', { rating: 1 })
    call.poll([[ALICE, [hears(0)]]])
    await call.next([[ALICE, [hears(1000)]]], MINUTE_MS)
    call.summary.clear()
    call.said.length = 0
    expect(call.summary.current()).toEqual({ session: null, peers: {} })
    await call.clock.advance(2 * MINUTE_MS)
    expect(call.said).toEqual([])
    call.poll([[ALICE, [hears(9000)]]])
    call.summary.clear()
    await call.next([[ALICE, [hears(9500)]]])
    expect(call.session()).toMatchObject({ polls: 1, outageSec: 0, rating: null, durationSec: 0 })
    expect(heard(call.peer())).toMatchObject({ bytes: 500 })
    await call.clock.advance(MINUTE_MS)
    expect(shortly(call.said)).toEqual(['alice 2 p1', 'session 3 p1'])
  })

  it('a crowd that comes and goes leaves nothing behind', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const call = start()
    const heapBytes: number[] = []
    for (let number = 1; number <= 10_000; number++) {
      // Long, so that a single list with all of them would be megabytes.
      const name = String(number).padEnd(1000)
      const who = { peerId: `peer ${name}`, pcId: `pc${name}` }
      call.state(who, 'disconnected')
      call.poll([[who, [hears(0)]]])
      call.pipeline.forget(who.pcId)
      call.said.length = 0
      if (number % 1000 > 0) continue
      collect()
      heapBytes.push(process.memoryUsage().heapUsed)
    }
    expect(call.summary.current().peers).toEqual({})
    expect(call.session()).toMatchObject({ connections: 10_000, polls: 10_000 })
    const growth = (heapBytes.at(-1) ?? Infinity) - (heapBytes[0] ?? 0)
    process.stdout.write(`9,000 peers more retain ${Math.round(growth / 1024)} KiB more\n`)
    expect(growth).toBeLessThan(1024 ** 2)
  })
})
