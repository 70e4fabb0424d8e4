// The account of a real call: read at any time, said when a peer leaves, and known after the end.
import { describe, expect, it } from 'vitest'
import type { CallSummary, DirectionSummary, SummaryItem } from '../../src/index.ts'
import { collect, startCall, startExporter } from './lifetimes.ts'
import { createRun, of, until } from './run.ts'

/** What must be true of a few seconds of audio and video between two connections of this page. */
function expectPlausible(summary: CallSummary | undefined): void {
  const { durationSec = NaN, polls = NaN, pathSec = {}, callSetupMs } = summary ?? {}
  expect(summary).toMatchObject({ connections: 1, gaps: 0, iceRestarts: 0, outageSec: 0 })
  expect(polls).toBeGreaterThanOrEqual(10)
  expect(durationSec).toBeGreaterThan(2)
  expect(callSetupMs).toBeGreaterThan(0)
  expect(Object.keys(pathSec)).toEqual(['udp'])
  expect(pathSec.udp).toBeGreaterThan(1)
  expect(pathSec.udp).toBeLessThanOrEqual(durationSec)
  expect(summary?.score?.mean).toBeGreaterThan(0)
  for (const kind of ['audio', 'video'] as const) {
    for (const direction of ['inbound', 'outbound'] as const) {
      expectCarrying(summary?.[kind][direction], durationSec)
    }
  }
  expect(Object.keys(summary?.audio.inbound?.codecSec ?? {})).toEqual(['audio/opus'])
  expect(Object.keys(summary?.audio.outbound?.codecSec ?? {})).toEqual(['audio/opus'])
  expect(summary?.mos).toBeGreaterThan(1)
  expect(summary?.mos).toBeLessThanOrEqual(4.5)
  expect(summary?.video.outbound?.fps?.max).toBeGreaterThan(1)
  expect(Object.keys(summary?.video.outbound?.sizeSec ?? {}).join()).toMatch(/^\d+x\d+/)
}

function expectCarrying(way: DirectionSummary | undefined, callSec: number): void {
  const { durationSec = NaN, bytes = NaN, bitrate } = way ?? {}
  expect(durationSec).toBeGreaterThan(1)
  expect(durationSec).toBeLessThanOrEqual(callSec)
  expect(bitrate?.mean).toBeCloseTo((8 * bytes) / durationSec)
  expect(bitrate?.max).toBeGreaterThan(1000)
}

describe('summary', () => {
  it('a call of a few seconds has a plausible account, before and after the end', async () => {
    const run = createRun()
    const exporter = startExporter({ url: run.url })
    const said = collect<SummaryItem>((listener) => exporter.on('summary', listener))
    const call = startCall()
    expect(await exporter.getSummary()).toEqual({ session: null, peers: {} })
    exporter.addPeer({ peerId: 'alice', pc: call.alice })
    exporter.addPeer({ peerId: 'bob', pc: call.bob })
    await call.connect()
    const before = await until(
      () => exporter.getSummary(),
      ({ peers }) => (peers['bob']?.audio.outbound?.mos?.mean ?? 0) > 0 && polled(peers) >= 15,
    )
    for (const peerId of ['alice', 'bob']) expectPlausible(before.peers[peerId])
    expect(before.session).toMatchObject({ isFinal: false, connections: 2 })

    exporter.removePeer('alice')
    const [ofAlice] = await until(
      () => said,
      ({ length }) => length > 0,
    )
    expect(ofAlice).toMatchObject({ event: 'summary', tag: 'summary', peerId: 'alice' })
    expect(ofAlice?.data.isFinal).toBe(true)
    expectPlausible(ofAlice?.data)
    const between = await exporter.getSummary()
    expect(Object.keys(between.peers)).toEqual(['bob'])

    exporter.rate(4)
    await exporter.destroy()
    const after = await exporter.getSummary()
    expect(after.session).toMatchObject({ isFinal: true, connections: 2, rating: 4 })
    expect(Object.keys(after.peers)).toEqual(['bob'])
    expect(after.peers['bob']).toMatchObject({ isFinal: true })
    expectPlausible(after.peers['bob'])
    const ledger = await run.ledger()
    const sent = ledger.items.filter(({ event }) => event === 'summary')
    expect(sent.map(({ peerId }) => peerId).sort()).toEqual(['alice', 'bob', null].sort())
    expect(of(ledger, 'bob', 'summary')[0]?.data).toEqual(after.peers['bob'])
  })
})

/** Of the one with the fewest. */
function polled(peers: Readonly<Record<string, CallSummary>>): number {
  return Math.min(...Object.values(peers).map(({ polls }) => polls))
}
