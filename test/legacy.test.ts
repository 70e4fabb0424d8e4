// What older browsers call or place otherwise is read as today's, and what they gave stays as it was.
import { describe, expect, it } from 'vitest'
import type { Stat } from '../src/stats.ts'
import { isRemoteView, withTrackMembers } from '../workers/legacy.ts'
import { between, deriveAll, stat } from './deriving.ts'
import type { Members } from './deriving.ts'

const stream = (type: string, id: string, members: Members = {}): Stat =>
  stat(type, 5000, { trackId: 'track', kind: 'video', ...members }, id)
const track = (members: Members = {}, id = 'track'): Stat => stat('track', 4000, members, id)

describe('the members of a track', () => {
  it('are those of the inbound stream that names it', () => {
    const report = [track({ framesReceived: 9, freezeCount: 1 }), stream('inbound-rtp', 'in')]
    expect(withTrackMembers(report)).toEqual([
      report[0],
      { ...report[1], framesReceived: 9, freezeCount: 1 },
    ])
  })

  it('yield to those of the stream: id, type and time, and all it has', () => {
    const counts = { framesDecoded: 3, kind: 'video' }
    const [completed] = withTrackMembers([
      stream('inbound-rtp', 'in', counts),
      track({ framesDecoded: 2, framesReceived: 4, kind: 'audio' }),
    ])
    expect(completed).toEqual(stream('inbound-rtp', 'in', { ...counts, framesReceived: 4 }))
  })

  it('are those of a sender with one layer', () => {
    const [completed] = withTrackMembers([stream('outbound-rtp', 'out'), track({ framesSent: 7 })])
    expect(completed?.['framesSent']).toBe(7)
  })

  it('say nothing of one layer of several, which share them', () => {
    const report = [
      ...[stream('outbound-rtp', 'low'), stream('outbound-rtp', 'high'), track({ framesSent: 7 })],
    ]
    expect(withTrackMembers(report)).toEqual(report)
  })

  it.each<[string, Stat[]]>([
    ['a stream without a track', [stat('inbound-rtp', 0), track({ framesReceived: 9 })]],
    ['a track that is not there', [stream('inbound-rtp', 'in'), track({ frames: 9 }, 'other')]],
    ['no track', [stat('codec', 0, { id: 'track', frames: 9 }), stream('inbound-rtp', 'in')]],
    ['what is no stream', [stream('media-source', 'source'), track({ framesSent: 9 })]],
  ])('leave as it is: %s', (_, report) => {
    expect(withTrackMembers(report)).toEqual(report)
  })

  it('are read without a change to what was given', () => {
    const report = [stream('inbound-rtp', 'in'), track({ framesReceived: 9 })]
    for (const each of report) Object.freeze(each)
    const before = structuredClone(report)
    withTrackMembers(Object.freeze(report))
    expect(report).toEqual(before)
  })

  it('are counted over the interval of the stream', () => {
    const at = (timestamp: number): Stat[] => [
      stat('inbound-rtp', timestamp, { trackId: 'track', kind: 'video' }, 'in'),
      stat('track', timestamp + 7, { framesReceived: timestamp / 40 }, 'track'),
    ]
    const metrics = deriveAll(at(1000), at(3000)).at(-1)
    expect(metrics?.['in']).toEqual({ intervalSec: 2, fpsReceived: 25 })
  })

  it('of a stream that was not read again are no interval', () => {
    const report = [stream('inbound-rtp', 'in', { jitter: 0.001 }), track({ framesReceived: 9 })]
    expect(deriveAll(report, report).at(-1)).toEqual({ in: { jitterMs: 1 } })
  })
})

describe("the far end's view in the shape of Firefox before 68", () => {
  it.each<[string, Members, boolean]>([
    ['inbound-rtp', { isRemote: true }, true],
    ['outbound-rtp', { isRemote: true }, true],
    ['inbound-rtp', { isRemote: false }, false],
    ['inbound-rtp', {}, false],
    ['inbound-rtp', { isRemote: 'true' }, false],
    ['remote-inbound-rtp', { isRemote: true }, false],
  ])('%s %j: %j', (type, members, expected) => {
    expect(isRemoteView(stat(type, 0, members))).toBe(expected)
  })
})

describe('discardedPackets', () => {
  const discarding = (before: Members, after: Members) =>
    between('inbound-rtp', { packetsReceived: 0, ...before }, { packetsReceived: 75, ...after })

  it('is packetsDiscarded where that is missing', () => {
    expect(discarding({ discardedPackets: 1 }, { discardedPackets: 26 })?.discardPct).toBe(25)
  })

  it('yields to it where both are there', () => {
    const before = { packetsDiscarded: 0, discardedPackets: 0 }
    const after = { packetsDiscarded: 25, discardedPackets: 925 }
    expect(discarding(before, after)?.discardPct).toBe(25)
  })

  it('that goes back is a reset', () => {
    expect(discarding({ discardedPackets: 9 }, { discardedPackets: 1 })).toEqual({ reset: true })
  })
})
