// The rules of the running account, each by a small call.
import { describe, expect, it } from 'vitest'
import type { Stat } from '../src/stats.ts'
import {
  ALICE,
  BOB,
  HER_OTHER,
  NOBODY,
  heard,
  hears,
  path,
  seen,
  sees,
  start,
  INTERVAL_MS,
} from './summing.ts'

describe('the account of a call', () => {
  it('a freeze counts for as long as it was, also where it was told an interval late', async () => {
    const call = start()
    const frozen = { freezeCount: 0, totalFreezesDuration: 0 }
    call.poll([[ALICE, [sees(0, frozen)]]])
    await call.next([[ALICE, [sees(10, frozen)]]])
    await call.next([[ALICE, [sees(10, frozen)]]])
    await call.next([[ALICE, [sees(20, { freezeCount: 1, totalFreezesDuration: 3.5 })]]])
    expect(seen(call.peer())).toMatchObject({ freezeCount: 1, freezeSec: 3.5 })
  })

  it('a gap is in what was counted, and in no spread', async () => {
    const call = start()
    call.poll([[ALICE, [hears(0), ...path(0, 0)]]])
    await call.next([[ALICE, [hears(8000), ...path(1, 0.1)]]])
    await call.next([[ALICE, [hears(9000), ...path(2, 1.1)]]], 62_000)
    await call.next([[ALICE, [hears(17_000), ...path(3, 1.2)]]])
    expect(call.peer()).toMatchObject({ polls: 4, gaps: 1, pathSec: { udp: 66 } })
    expect(call.peer().rttMs?.max).toBeCloseTo(100)
    expect(heard(call.peer())).toMatchObject({
      durationSec: 66,
      bytes: 17_000,
      bitrate: { min: 32_000, max: 32_000, mean: (8 * 17_000) / 66 },
    })
  })

  it('a gap is one of each poll that came too late, also of one without media', async () => {
    const call = start()
    call.poll([
      [ALICE, path(0, 0)],
      [BOB, [hears(0)]],
    ])
    await call.next(
      [
        [ALICE, path(1, 1)],
        [BOB, [hears(1000)]],
      ],
      62_000,
    )
    expect(call.peer()).toMatchObject({ polls: 2, gaps: 1, rttMs: null })
    expect(call.session()).toMatchObject({ polls: 4, gaps: 2 })
  })

  it('what two connections of a peer carry at once is added up over the time of both', async () => {
    const call = start()
    call.poll([
      [ALICE, [hears(0)]],
      [HER_OTHER, [hears(0)]],
    ])
    await call.next([
      [ALICE, [hears(8000, { packetsLost: 20 })]],
      [HER_OTHER, [hears(4000, { packetsLost: 0 })]],
    ])
    await call.next([[ALICE, [hears(9000, { packetsLost: 20 })]]])
    expect(call.peer()).toMatchObject({ connections: 2, polls: 5 })
    expect(heard(call.peer())).toMatchObject({
      durationSec: 4,
      bytes: 13_000,
      packetsLost: 20,
      packetsExpected: 150,
      bitrate: { min: 4000, max: 48_000, mean: 26_000 },
      lossPct: { max: (100 * 20) / 140, mean: (100 * 20) / 150 },
    })
  })

  it('time that a stale poll left open is counted once, beside a connection that went on', async () => {
    const call = start()
    const began = call.clock.now()
    call.poll([
      [ALICE, [hears(0)]],
      [HER_OTHER, [hears(0)]],
    ])
    await call.next([
      [ALICE, [hears(0, { timestamp: began })]],
      [HER_OTHER, [hears(2000)]],
    ])
    await call.next([
      [ALICE, [hears(8000)]],
      [HER_OTHER, [hears(4000)]],
    ])
    expect(heard(call.peer())).toMatchObject({ durationSec: 4, bytes: 12_000 })
    expect(heard(call.peer()).bitrate?.mean).toBe(24_000)
  })

  it('the session is all of its peers together', async () => {
    const call = start()
    call.poll([
      [ALICE, [hears(0), ...path(0, 0)]],
      [BOB, [hears(0), ...path(0, 0)]],
    ])
    await call.next([
      [ALICE, [hears(8000), ...path(1, 0.1)]],
      [BOB, [hears(2000), ...path(1, 0.3)]],
    ])
    expect(heard(call.peer()).bitrate?.mean).toBe(32_000)
    expect(heard(call.peer('bob')).bitrate?.mean).toBe(8000)
    expect(heard(call.session())).toMatchObject({ durationSec: 2, bytes: 10_000 })
    expect(heard(call.session()).bitrate).toMatchObject({ min: 40_000, max: 40_000 })
    expect(call.session()).toMatchObject({ connections: 2, polls: 4, pathSec: { udp: 4 } })
    expect(call.session().rttMs).toMatchObject({ min: 100, max: 300, mean: 200 })
  })

  it('the last reading of a peer who leaves is no whole: the session counts it, and spreads it not', async () => {
    const call = start()
    call.poll([
      [ALICE, [hears(0)]],
      [BOB, [hears(0)]],
    ])
    await call.next([
      [ALICE, [hears(1000)]],
      [BOB, [hears(1000)]],
    ])
    await call.next([[BOB, [hears(6000)]]], 1000, false)
    await call.next([[ALICE, [hears(2000)]]], 1000)
    expect(heard(call.peer('bob'))).toMatchObject({ durationSec: 3, bitrate: { max: 40_000 } })
    expect(heard(call.session())).toMatchObject({ durationSec: 4, bytes: 8000 })
    expect(heard(call.session()).bitrate).toMatchObject({ min: 4000, max: 8000, mean: 16_000 })
    expect(call.peer('bob').score?.max).toBeGreaterThan(call.peer().score?.max ?? Infinity)
    expect(call.session().score?.max).toBe(call.peer().score?.max)
  })

  it('set-up is that of the first connection of a peer, and of the session the mean of its peers', async () => {
    const call = start()
    await call.setUp(ALICE, 300)
    expect(call.peer()).toMatchObject({ callSetupMs: 300 })
    await call.setUp(HER_OTHER, 5000)
    await call.setUp(ALICE, 700)
    await call.setUp(BOB, 500)
    expect(call.peer()).toMatchObject({ callSetupMs: 300, connections: 2 })
    expect(call.peer('bob')).toMatchObject({ callSetupMs: 500 })
    expect(call.session()).toMatchObject({ callSetupMs: 400 })
  })

  it('set-up is unknown of who was connected before', async () => {
    const call = start()
    call.event(ALICE, 'peerAdded', { connectionState: 'connected', signalingState: 'stable' })
    await call.setUp(HER_OTHER, 100)
    expect(call.peer()).toMatchObject({ callSetupMs: null })
    expect(call.session()).toMatchObject({ callSetupMs: null })
  })

  it.each(['connected', 'closed'])('an outage ends with `%s`', async (end) => {
    const call = start()
    call.state(ALICE, 'connected')
    await call.clock.advance(1000)
    call.state(ALICE, 'disconnected')
    await call.clock.advance(2000)
    call.state(ALICE, 'failed')
    await call.clock.advance(3000)
    expect(call.peer()).toMatchObject({ outageSec: 5 })
    call.state(ALICE, end)
    await call.clock.advance(4000)
    expect([call.peer().outageSec, call.session().outageSec]).toEqual([5, 5])
  })

  it('an attempt to connect again is no end of an outage', async () => {
    const call = start()
    call.state(ALICE, 'failed')
    await call.clock.advance(2000)
    call.state(ALICE, 'connecting')
    await call.clock.advance(3000)
    expect(call.peer()).toMatchObject({ outageSec: 5 })
    call.state(ALICE, 'connected')
    await call.clock.advance(1000)
    expect(call.peer()).toMatchObject({ outageSec: 5 })
  })

  it('outages add up over connections, and end where a connection is removed', async () => {
    const call = start()
    for (const who of [ALICE, HER_OTHER]) call.state(who, 'disconnected')
    await call.clock.advance(2000)
    expect(call.peer()).toMatchObject({ outageSec: 4 })
    call.pipeline.forget('pc2')
    await call.clock.advance(1000)
    expect([call.peer().outageSec, call.session().outageSec]).toEqual([5, 5])
    call.pipeline.forget('pc1')
    await call.clock.advance(1000)
    expect(call.said.map(({ item }) => item.data.outageSec)).toEqual([5])
    expect(call.session()).toMatchObject({ outageSec: 5 })
  })

  it('so many sizes and codecs have a name, and the time of the others is kept', async () => {
    const call = start()
    const codec = (name: number): Stat => {
      return { id: 'codec', type: 'codec', timestamp: 0, mimeType: `video/x${name}` }
    }
    for (let poll = 0; poll <= 40; poll++) {
      const size = { frameWidth: 640 + poll, codecId: 'codec' }
      await call.next([[ALICE, [sees(poll * 50, size), codec(poll)]]])
    }
    const { sizeSec = {}, codecSec = {}, durationSec } = seen(call.peer())
    expect(durationSec).toBe(80)
    for (const times of [sizeSec, codecSec]) {
      expect(Object.keys(times)).toHaveLength(25)
      expect(times['other']).toBe(32)
    }
    expect(sizeSec).toMatchObject({ '641x480': 2, '664x480': 2 })
    expect(codecSec).toMatchObject({ 'video/x1': 2, 'video/x24': 2 })
  })

  it('silence of a muted track has no part in MOS', async () => {
    const call = start()
    const silence = { packetsReceived: 100, packetsLost: 90, jitter: 1 }
    call.poll([[ALICE, [hears(0)]]])
    await call.next([[ALICE, [hears(300, { ...silence, packetsLost: 0 })]]])
    expect(heard(call.peer())).toMatchObject({ mos: null, score: null, durationSec: 2 })
    expect(call.peer()).toMatchObject({ mos: null, score: null })
    await call.next([[ALICE, [hears(10_300, { packetsReceived: 200, packetsLost: 0 })]]])
    const { mos } = heard(call.peer())
    expect(mos?.mean).toBeGreaterThan(4)
    await call.next([[ALICE, [hears(10_600, { packetsReceived: 300, packetsLost: 90 })]]])
    expect(heard(call.peer()).mos).toEqual(mos)
    expect(call.peer()).toMatchObject({ mos: mos?.mean })
  })

  it('a rating is 1 to 5, of the session, and the last one counts', () => {
    const call = start()
    for (const rating of [0, 6, 4.5, '5', null]) call.event(NOBODY, 'rating', { rating })
    expect(call.summary.current().session).toBeNull()
    call.state(ALICE, 'connected')
    call.event(NOBODY, 'rating', { rating: 2 })
    call.event(NOBODY, 'rating', { rating: 5 })
    call.event(NOBODY, 'rating', { rating: 0 })
    expect([call.session().rating, call.peer().rating]).toEqual([5, null])
  })

  it('a call ends no earlier than it was, where the wall clock is set back', async () => {
    const call = start()
    const began = call.clock.now()
    call.state(ALICE, 'connected')
    await call.next([[ALICE, [hears(0)]]], 5000)
    call.clock.jump(-60_000)
    await call.next([[ALICE, [hears(0)]]])
    expect(call.peer()).toMatchObject({
      startedAt: new Date(began).toISOString(),
      endedAt: new Date(began + 5000).toISOString(),
      durationSec: 5,
    })
  })

  it('time goes on to be counted where the clock of the statistics is set back', async () => {
    const call = start()
    call.poll([[ALICE, [hears(0)]]])
    await call.next([[ALICE, [hears(1000)]]])
    const setBackTo = call.clock.now() - 3_600_000
    for (const poll of [1, 2, 3]) {
      const timestamp = setBackTo + poll * INTERVAL_MS
      await call.next([[ALICE, [hears(1000 + poll * 1000, { timestamp })]]])
    }
    expect(heard(call.peer())).toMatchObject({
      durationSec: 6,
      bytes: 3000,
      bitrate: { min: 4000, max: 4000, mean: 4000 },
    })
  })
})
