// The sample of the data stream, to the digit and in its order of members.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Facts } from '../collector/src/facts.ts'
import { combine } from '../collector/src/rooms/record.ts'
import type { RecordKind, RecordWay, RoomRecord } from '../collector/src/rooms/record.ts'
import { createPage, recordsOf } from './room-items.ts'
import type { Captured } from './room-items.ts'

const path = new URL('fixtures/data-stream.sample.json', import.meta.url)
const [room] = JSON.parse(readFileSync(path, 'utf8')) as [RoomRecord]
const [peer] = room.peers as [RoomRecord['peers'][number]]

interface Way {
  readonly kbps: number
  readonly lossPct: number
  readonly jitterMs: number
  readonly rttMs?: number
  readonly mos: number
  readonly score?: number
}

/** What a peer is to come out as, of each way. */
interface Conditions {
  readonly setupMs: number
  readonly score: number
  readonly audio: { readonly send: Way; readonly recv: Way }
  readonly video: { readonly send: Way; readonly recv: Way }
}

const POLL_MS = 4000
const POLLS = 98
const PACKETS = 200

/** A call of 392 s: so many packets and bytes a poll, of which the part that is wanted is lost. */
function call(startMs: number, conditions: Conditions, facts: Partial<Facts>, more: Captured = {}) {
  const page = createPage(`page of ${more.peerId ?? 'alice'}`, facts)
  page.join(startMs, conditions.setupMs, more)
  for (let poll = 0; poll <= POLLS; poll++) {
    page.poll(startMs + poll * POLL_MS, dataOf(startMs, poll, conditions), {
      ...more,
      interval: POLL_MS,
    })
  }
  page.leave(startMs + POLLS * POLL_MS, more)
  return page.items
}

function dataOf(startMs: number, poll: number, { audio, video, score }: Conditions) {
  const timestamp = startMs + poll * POLL_MS
  const lostBy = ({ lossPct }: Way): number => Math.round((poll * PACKETS * lossPct) / 100)
  const sent = (id: string, way: Way) => ({
    ...{ id, type: 'outbound-rtp', timestamp, ssrc: 1 },
    ...{ bytesSent: poll * way.kbps * 500, packetsSent: poll * PACKETS },
  })
  const received = (id: string, way: Way) => ({
    ...{ id, type: 'inbound-rtp', timestamp, ssrc: 2, bytesReceived: poll * way.kbps * 500 },
    ...{ packetsReceived: poll * PACKETS - lostBy(way), packetsLost: lostBy(way) },
    jitter: way.jitterMs / 1000,
  })
  const reported = (localId: string, way: Way) => ({
    ...{ id: `of ${localId}`, type: 'remote-inbound-rtp', timestamp, localId },
    ...{ packetsLost: lostBy(way), jitter: way.jitterMs / 1000 },
    ...{ totalRoundTripTime: (poll * (way.rttMs ?? 0)) / 1000, roundTripTimeMeasurements: poll },
  })
  const ratedOf = ({ mos, score: ofWay }: Way) => ({ mos, ...(ofWay && { score: ofWay }) })
  const rated = ({ send, recv }: Conditions['audio']) => ({
    outbound: ratedOf(send),
    inbound: ratedOf(recv),
  })
  return {
    audio: { inbound: [received('ai', audio.recv)], outbound: [sent('ao', audio.send)] },
    video: { inbound: [received('vi', video.recv)], outbound: [sent('vo', video.send)] },
    remote: { inbound: [reported('ao', audio.send), reported('vo', video.send)], outbound: [] },
    transport: [{ id: 'T', type: 'transport', timestamp, selectedCandidatePairId: 'P' }],
    candidatePair: [
      { id: 'P', type: 'candidate-pair', timestamp, localCandidateId: 'L', remoteCandidateId: 'R' },
    ],
    localCandidate: [{ id: 'L', candidateType: 'relay', relayProtocol: 'udp', protocol: 'udp' }],
    remoteCandidate: [{ id: 'R', candidateType: 'host', protocol: 'udp' }],
    metrics: {},
    quality: poll === 0 ? {} : { score, audio: rated(audio), video: rated(video) },
  }
}

const facts: Partial<Facts> = {
  roomId: 'roomid',
  keys: { keyB: 'valueB', keyA: 'valueA' },
  sdkVersion: '1.34.1-beta.1',
  location: { city: 'Frankfurt am Main', country: 'Germany', organization: 'Google' },
  devices: { audio: 'Fake Default Audio Input', video: '/video/KrankyGeek-1080p.y4m' },
}
const options = {
  roomUrl: () => room.room_url,
  agentOf: () => ({
    os: 'Linux',
    osVersion: '64-bit',
    browser: 'Chrome',
    browserVersion: '102.0.5005.61',
  }),
}

const way = (
  [kbps, lossPct, jitterMs, rttMs]: readonly number[],
  mos: number,
  score?: number,
): Way => ({
  ...{ kbps: kbps ?? 0, lossPct: lossPct ?? 0, jitterMs: jitterMs ?? 0, mos },
  ...(rttMs && { rttMs }),
  ...(score && { score }),
})

const SAMPLE_PEER: Conditions = {
  setupMs: 164,
  score: 5.9,
  audio: { send: way([13, 3.6, 8, 428], 3.29, 5.9), recv: way([24, 0.1, 4], 3.29, 5.9) },
  video: { send: way([1596, 2.7, 15, 159], 3.29), recv: way([68, 0.1, 13], 3.29) },
}

describe('the sample of the data stream', () => {
  it('a call of such conditions gives its peer, member by member', () => {
    const items = call(Date.parse(peer.start_time), SAMPLE_PEER, facts, { peerId: 'peerid' })
    const [record] = recordsOf(items, options)
    expect(JSON.stringify(record?.peers)).toBe(JSON.stringify([peer]))
  })

  it('two peers whose means are those of its room give its room, member by member', () => {
    const startMs = Date.parse(room.start_time)
    const one: Conditions = {
      setupMs: 164,
      score: 5.9,
      audio: { send: way([13, 3.6, 8, 428], 4.3), recv: way([24, 0.1, 4], 4.3) },
      video: { send: way([1596, 2.7, 15, 159], 3), recv: way([68, 0.1, 13], 3) },
    }
    const other: Conditions = {
      setupMs: 1636,
      score: 6.1,
      audio: { send: way([9, 8.6, 4, 4366], 4.4), recv: way([16, 0.3, 26], 4.4) },
      video: { send: way([1402, 6.3, 81, 1987], 3), recv: way([150, 0.1, 73], 3) },
    }
    const lateMs = Date.parse(room.end_time) - POLLS * POLL_MS
    const items = [
      ...call(startMs, one, facts, { peerId: 'peerid' }),
      ...call(lateMs, other, facts, { peerId: 'other' }),
    ]
    const [record] = recordsOf(items, options)
    expect(JSON.stringify({ ...record, peers: [] })).toBe(JSON.stringify({ ...room, peers: [] }))
  })

  const rows = [room.stats, peer.stats].flatMap(({ audio, video }) => [
    ...([audio, video] as readonly RecordKind<RecordWay>[]),
  ])

  it('each combined value is the half-up mean of the two rounded directions', () => {
    expect(rows.map(({ send, recv }) => combine(send, recv))).toEqual(
      rows.map(({ bitrate, packet_loss, jitter }) => ({ bitrate, packet_loss, jitter })),
    )
  })

  it('of one direction alone it is that one', () => {
    const none = { bitrate: null, packet_loss: null, jitter: null }
    const one = { bitrate: 11, packet_loss: 6.1, jitter: null }
    expect([combine(one, none), combine(none, one), combine(none, none)]).toEqual([one, one, none])
  })
})
