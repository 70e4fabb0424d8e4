// A small call of three, with the record of its room worked out by hand: for tests of rooms.
import type { KeptItem } from '../../collector/src/facts.ts'
import type { StateEvent } from '../../src/peer.ts'
import type { Stat } from '../../src/stats.ts'
import { feed } from '../replay/feed.ts'
import { keptOf } from './kept.ts'
import type { Direction, RoomRecord } from './record.ts'

const START = Date.parse('2026-01-01T12:00:00.000Z')
/** Where the page of a room is. */
export const URL_OF = (roomId: string): string => `https://example.com/rooms/${roomId}`

type Members = Readonly<Record<string, unknown>>

/** A poll at so many ms, its objects by id. */
export const pollAt = (ms: number, objects: Readonly<Record<string, Members>>) => ({
  clockMs: START + ms,
  wallMs: START + ms,
  report: Object.entries(objects).map(
    ([id, members]) => ({ id, timestamp: START + ms, ...members }) as unknown as Stat,
  ),
})

const changeAt = (ms: number, event: StateEvent, state: string) => ({
  ...{ clockMs: START + ms, wallMs: START + ms, event, state },
})

const setUpIn = (ms: number) => [
  changeAt(100, 'signalingStateChange', 'have-local-offer'),
  changeAt(100 + ms, 'connectionStateChange', 'connected'),
]

export const OPUS = { type: 'codec', mimeType: 'audio/opus' }
const PATH = { type: 'transport', selectedCandidatePairId: 'pair' }
const HOST = { type: 'local-candidate', candidateType: 'host', protocol: 'udp' }
/** Of an audio stream. */
export const audio = (type: string, members: Members): Members => ({
  ...{ type, kind: 'audio', codecId: 'opus', ssrc: type === 'outbound-rtp' ? 1 : 2 },
  ...members,
})

/** 20 and 40 kbit/s sent, over 2 and 3 s; 20 kbit/s received. The far end reports from the second poll on. */
function alice() {
  const poll = (ms: number, sent: number[], received: number[], far: number[], pair: number[]) =>
    pollAt(ms, {
      opus: OPUS,
      path: PATH,
      host: HOST,
      pair: {
        ...{ type: 'candidate-pair', localCandidateId: 'host', remoteCandidateId: 'x' },
        ...{ totalRoundTripTime: pair[0], responsesReceived: pair[1] },
      },
      out: audio('outbound-rtp', { bytesSent: sent[0], packetsSent: sent[1] }),
      in: audio('inbound-rtp', {
        ...{ bytesReceived: received[0], packetsReceived: received[1] },
        ...{ packetsLost: received[2], jitter: received[3] },
      }),
      ...(far.length > 0 && {
        far: audio('remote-inbound-rtp', {
          ...{ localId: 'out', ssrc: 1, packetsLost: far[0], jitter: far[1] },
          ...{ totalRoundTripTime: far[2], roundTripTimeMeasurements: far[3] },
        }),
      }),
    })
  return feed([
    {
      pcId: 'pc-of-alice',
      polls: [
        poll(1000, [0, 0], [0, 0, 0, 0.01], [], [0.1, 1]),
        // The pair: 0.2 s in 2 answers, 100 ms. Received: 1 of 100 lost, jitter 10 ms.
        poll(3000, [5000, 100], [5000, 99, 1, 0.01], [0, 0.01, 0.1, 1], [0.3, 3]),
        // The pair: 0.4 s in 2, 200 ms. Received: 3 of 150 lost, 20 ms. Sent: 3 of 150 lost, 20 ms, 0.6 s in 3.
        poll(6000, [20_000, 250], [12_500, 246, 4, 0.02], [3, 0.02, 0.7, 4], [0.7, 5]),
      ],
      changes: setUpIn(150),
    },
  ])
}

/** Two simulcast layers of 600 and 200 kbit/s through a TURN server, 640x480 at 30 fps, over 4 and 4 s. */
function bob() {
  const layer = (of: number[], members: Members = {}) => ({
    ...{ type: 'outbound-rtp', kind: 'video', mid: '0', ssrc: of[2], mediaSourceId: 'camera' },
    ...{ bytesSent: of[0], packetsSent: of[1], ...members },
  })
  const far = (localId: string, [packetsLost, packetsReceived, jitter]: number[]) => ({
    ...{ type: 'remote-inbound-rtp', kind: 'video', localId, roundTripTime: 0.05 },
    ...{ packetsLost, packetsReceived, jitter },
  })
  const poll = (ms: number, sent: number, high: number[], low: number[]) =>
    pollAt(ms, {
      path: PATH,
      relay: { type: 'local-candidate', candidateType: 'relay', relayProtocol: 'tls' },
      pair: { type: 'candidate-pair', localCandidateId: 'relay' },
      camera: { type: 'media-source', kind: 'video', frames: 120 * sent },
      high: layer([300_000 * sent, 300 * sent, 3], {
        ...{ framesSent: 120 * sent, frameWidth: 640, frameHeight: 480 },
      }),
      low: layer([100_000 * sent, 100 * sent, 4], {
        ...{ framesSent: 120 * sent, frameWidth: 320, frameHeight: 240 },
      }),
      farHigh: far('high', high),
      farLow: far('low', low),
    })
  return feed([
    {
      pcId: 'bob',
      polls: [
        poll(1000, 0, [0, 0, 0.03], [4, 0, 0.05]),
        // 5 of 100 are lost, and 2 that were lost came late: 42 arrived of 40.
        poll(5000, 1, [5, 95, 0.03], [2, 42, 0.05]),
        poll(9000, 2, [5, 195, 0.03], [2, 102, 0.01]),
      ],
      changes: setUpIn(41),
    },
  ])
}

/** 8 kbit/s over 10 s, on which nobody reports. */
function carol() {
  const poll = (ms: number, bytesSent: number) =>
    pollAt(ms, {
      opus: OPUS,
      out: audio('outbound-rtp', { bytesSent, packetsSent: bytesSent / 100 }),
    })
  return feed([{ pcId: 'carol', polls: [poll(2000, 0), poll(12_000, 10_000)], changes: [] }])
}

/** Ann, who is the peer `alice`, Bob and Carol. */
export const SMALL_CALL: readonly KeptItem[] = [
  ...keptOf('a', alice(), {
    ...{ userId: 'ann', keys: { team: 'blue' }, devices: { audio: 'Mic', video: null } },
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  }),
  ...keptOf('b', bob()),
  ...keptOf('c', carol()),
]

const NONE: Direction = { bitrate: null, packet_loss: null, jitter: null }
const NO_VIDEO = { bitrate: null, packet_loss: null, jitter: null }

/** Each number worked out by hand; those of the ratings from the reference points of METRICS.md B. */
export const EXPECTED: RoomRecord = {
  ...{ room_url: 'https://example.com/rooms/room', room_id: 'room' },
  // From the first change (100 ms) to the last poll (12 s).
  ...{ start_time: '2026-01-01T12:00:00.100Z', end_time: '2026-01-01T12:00:12.000Z' },
  ...{ duration: 11, users: 3 },
  stats: {
    // Of Ann alone; (8.53 + 7.6 + 8.4) / 3 = 8.18; (150 + 41) / 2 = 95.5.
    ...{ mos: 4.02, score: 8.2, call_setup_time: 96 },
    audio: {
      // 8 * (20000 + 10000) / (5 + 10).
      send: { bitrate: 16, packet_loss: 2, jitter: 16, rtt: 200 },
      recv: { bitrate: 20, packet_loss: 1.6, jitter: 16 },
      ...{ bitrate: 18, packet_loss: 1.8, jitter: 16 },
    },
    video: {
      send: { bitrate: 800, packet_loss: 1.7, jitter: 30, rtt: 50 },
      recv: NONE,
      ...{ bitrate: 800, packet_loss: 1.7, jitter: 30 },
    },
  },
  peers: [
    {
      peer_id: 'ann',
      ...{ os: 'Linux', os_version: '64-bit', browser: 'Firefox', browser_version: '140.0' },
      location: { city: null, country: null, organization: null },
      ...{ sdk_version: '0.1.0', start_time: '2026-01-01T12:00:00.100Z', duration: 5 },
      keys: { team: 'blue' },
      features: { connection_type: 'DIRECT', media_transport: 'udp' },
      stats: {
        // (3.9673 + 4.0639) / 2. The streams' scores: (9 + 8.6) / 2 over 2 s, (8.7 + 8) / 2 over 3 s: 8.53.
        ...{ mos: 4.02, score: 8.5, call_setup_time: 150 },
        audio: {
          // MOS by the reference points: opus rtt200 jit20 loss2, before that nobody knew the loss.
          // Scores: 10 - 1 (half of 40 kbit/s) over 2 s; 10 - 0.8 - 0.2 - 1/3 (20, 40: 10 of 30) over 3 s: 8.82.
          send: { mos: 3.97, score: 8.8, bitrate: 32, packet_loss: 2, jitter: 16, rtt: 200 },
          // MOS: rtt100 jit10 loss1 (4.2089) over 2 s, rtt200 jit20 loss2 (3.9673) over 3 s: 4.0639.
          // Scores: 10 - 0.4 - 1 over 2 s; 10 - 0.8 - 0.2 - 1 over 3 s: 8.24. 4 of 250 packets are lost.
          recv: { mos: 4.06, score: 8.2, bitrate: 20, packet_loss: 1.6, jitter: 16 },
          ...{ bitrate: 26, packet_loss: 1.8, jitter: 16 },
        },
        video: {
          send: { mos: null, ...NONE, rtt: null },
          recv: { mos: null, ...NONE },
          ...NO_VIDEO,
        },
      },
      ...{ audio_device: 'Mic', video_device: null },
    },
    {
      peer_id: 'bob',
      ...{ os: null, os_version: null, browser: null, browser_version: null },
      location: { city: null, country: null, organization: null },
      ...{ sdk_version: '0.1.0', start_time: '2026-01-01T12:00:00.100Z', duration: 8 },
      keys: {},
      features: { connection_type: 'TURN', media_transport: 'tls' },
      stats: {
        // 10 - 0.4 * 5/140 % - 10/70 (40 ms) - 2 * 7/15 - 2/3 (a third of 720p): 6.8; 10 - 2 * 7/15 - 2/3: 8.4.
        ...{ mos: null, score: 7.6, call_setup_time: 41 },
        audio: {
          send: { mos: null, score: null, ...NONE, rtt: null },
          recv: { mos: null, score: null, ...NONE },
          ...NO_VIDEO,
        },
        video: {
          // The estimate by its reference point: 640x480@30 with 600 kbit/s. 5 of 300 packets are lost.
          send: { mos: 3.78, bitrate: 800, packet_loss: 1.7, jitter: 30, rtt: 50 },
          recv: { mos: null, ...NONE },
          ...{ bitrate: 800, packet_loss: 1.7, jitter: 30 },
        },
      },
      ...{ audio_device: null, video_device: null },
    },
    {
      peer_id: 'carol',
      ...{ os: null, os_version: null, browser: null, browser_version: null },
      location: { city: null, country: null, organization: null },
      ...{ sdk_version: '0.1.0', start_time: '2026-01-01T12:00:02.000Z', duration: 10 },
      keys: {},
      features: { connection_type: null, media_transport: null },
      stats: {
        // 10 - 2 * 0.8: 8 of 40 kbit/s.
        ...{ mos: null, score: 8.4, call_setup_time: null },
        audio: {
          send: { mos: null, score: 8.4, bitrate: 8, packet_loss: null, jitter: null, rtt: null },
          recv: { mos: null, score: null, ...NONE },
          ...{ bitrate: 8, packet_loss: null, jitter: null },
        },
        video: {
          send: { mos: null, ...NONE, rtt: null },
          recv: { mos: null, ...NONE },
          ...NO_VIDEO,
        },
      },
      ...{ audio_device: null, video_device: null },
    },
  ],
}
