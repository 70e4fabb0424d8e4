// Eight hours of a call with all that befalls one, as its page reads it: 35 objects, always the same.
import type { Stat } from '../src/stats.ts'
import { seeded } from './sending.ts'

export type Step = { readonly atMs: number } & (
  | { readonly type: 'event'; readonly event: string; readonly data: unknown }
  | { readonly type: 'rating'; readonly rating: number }
  | { readonly type: 'poll'; readonly stats: readonly Stat[] }
)

export const POLLS = 14_400
const POLL_MS = 2000

/** Polls at which, or in which, something is different. */
const GAPS: ReadonlySet<number> = new Set([2500, 6500, 11_000, 13_000])
const SENDER_MUTED = [
  [3000, 3300],
  [7000, 7100],
] as const
const RECEIVER_MUTED = [[6000, 6200]] as const
const NO_PICTURE = [[4000, 4010]] as const
/** Longer than a report of the far end counts. */
const NO_REPORTS = [[9000, 9020]] as const
const RESET_AT = 5000
const VP9_FROM = 8000
const RELAY_FROM = 10_000
const STATES: Readonly<Record<number, readonly string[]>> = {
  1200: ['disconnected'],
  1203: ['connected'],
  [RELAY_FROM - 3]: ['disconnected', 'failed', 'connecting'],
  [RELAY_FROM]: ['connected'],
}
const HOST = { candidateType: 'host', protocol: 'udp' }
const RELAYED = { candidateType: 'relay', relayProtocol: 'tcp' }
const SIZES = [
  [1280, 720],
  [640, 360],
  [960, 540],
  [320, 180],
] as const

const isIn = (poll: number, phases: readonly (readonly [number, number])[]): boolean =>
  phases.some(([from, to]) => poll >= from && poll < to)

/** The steps in their order. `startMs`: wall clock of the first one. */
export function* longCall(startMs: number): Generator<Step> {
  const random = seeded(8)
  const line = createLine(random)
  let atMs = startMs
  const event = (name: string, data: unknown): Step => ({ type: 'event', atMs, event: name, data })
  yield event('peerAdded', { connectionState: 'new', signalingState: 'stable' })
  atMs += 150
  yield event('signalingStateChange', { state: 'have-local-offer' })
  atMs += 540
  yield event('connectionStateChange', { state: 'connected' })
  let stats = line.read(0, atMs)
  for (let poll = 0; poll < POLLS; poll++) {
    const elapsedMs = GAPS.has(poll) ? 62_000 : POLL_MS - 10 + Math.floor(random() * 21)
    atMs += elapsedMs
    // Chrome gives the report that it has just given.
    const isStale = poll % 997 === 5
    line.advance(poll, elapsedMs / 1000)
    stats = isStale ? stats.map((stat) => ({ ...stat })) : line.read(poll, atMs)
    yield { type: 'poll', atMs, stats }
    for (const state of STATES[poll] ?? []) {
      atMs += 130
      yield event('connectionStateChange', { state })
    }
    if (poll === 12_000) yield { type: 'rating', atMs, rating: 4 }
  }
}

/** What the browser counts. */
function createLine(random: () => number) {
  const counts = new Map<string, number>()
  const levels = new Map<string, number>()
  const held = new Map<string, Stat>()
  const grow = (name: string, by: number): number => {
    const count = (counts.get(name) ?? 0) + by
    counts.set(name, count)
    return count
  }
  const count = (name: string): number => counts.get(name) ?? 0
  /** Goes up and down between the two. */
  function walk(name: string, least: number, most: number): number {
    const before = levels.get(name) ?? (least + most) / 2
    const level = Math.min(most, Math.max(least, before + (random() - 0.5) * 0.1 * (most - least)))
    levels.set(name, level)
    return level
  }
  const lostOf = (packets: number, name: string): number => {
    if (random() < 0.05) return -Math.ceil(random() * 2)
    return Math.round(packets * Math.max(0, walk(`${name} loss`, -0.05, 0.1)) * random())
  }

  function receive(kind: 'audio' | 'video', poll: number, seconds: number): void {
    const name = `in-${kind}`
    if (kind === 'audio' && poll === RESET_AT) {
      for (const counter of counts.keys()) if (counter.startsWith(name)) counts.set(counter, 1)
      return
    }
    const kbps = kind === 'audio' ? walk(name, 16, 48) : walk(name, 100, 2500)
    const packets = Math.round((kind === 'audio' ? 50 : kbps / 8) * seconds)
    const lost = lostOf(packets, name)
    const isSilent = kind === 'audio' && isIn(poll, RECEIVER_MUTED)
    grow(`${name} lost`, lost)
    grow(`${name} packets`, packets - Math.max(0, lost))
    grow(`${name} repeated`, kind === 'video' ? Math.floor(random() * 3) : 0)
    grow(`${name} bytes`, isSilent ? 3 * packets : Math.round(kbps * 125 * seconds))
    grow(`${name} discarded`, random() < 0.1 ? 1 : 0)
    grow(`${name} emitted`, packets)
    grow(`${name} buffered`, packets * walk(`${name} buffer`, 0.02, 0.2))
    if (kind === 'audio' || isIn(poll, NO_PICTURE)) return
    grow(`${name} frames`, Math.round(walk(`${name} fps`, 12, 30) * seconds))
    if (random() > 0.01) return
    grow(`${name} freezes`, 1)
    // Told when the next frame is shown: it may be longer than the interval.
    grow(`${name} frozen`, 0.2 + random() * 4)
  }

  function send(kind: 'audio' | 'video', poll: number, seconds: number): void {
    const name = `out-${kind}`
    const kbps = kind === 'audio' ? walk(name, 24, 40) : walk(name, 150, 1800)
    const packets = Math.round((kind === 'audio' ? 50 : kbps / 8) * seconds)
    const isSilent = kind === 'audio' && isIn(poll, SENDER_MUTED)
    grow(`${name} packets`, packets)
    grow(`${name} repeated`, kind === 'video' ? Math.floor(random() * 4) : 0)
    grow(`${name} bytes`, isSilent ? 3 * packets : Math.round(kbps * 125 * seconds))
    grow(`${name} lost`, lostOf(packets, name))
    grow(`${name} frames`, Math.round(walk(`${name} fps`, 15, 30) * seconds))
    grow(`${name} energy`, isSilent ? 0 : 0.01 * seconds)
    grow(`${name} duration`, seconds)
  }

  /** The far end reports now and then, at a time of its own. */
  function report(id: string, poll: number, atMs: number, members: () => object): Stat[] {
    const last = held.get(id)
    const isDue = !last || (atMs - last.timestamp > 3000 && random() < 0.6)
    if (!isDue || isIn(poll, NO_REPORTS)) return last ? [{ ...last }] : []
    const rtt = walk(`${id} rtt`, 0.02, 0.4)
    const isMeasured = random() < 0.7
    const timestamp = atMs - Math.floor(random() * 800)
    const stat = { id, type: '', timestamp, ...members(), roundTripTime: rtt } as Stat
    const measured = {
      totalRoundTripTime: grow(`${id} rtt`, isMeasured ? rtt : 0),
      roundTripTimeMeasurements: grow(`${id} measured`, isMeasured ? 1 : 0),
    }
    held.set(id, { ...stat, ...measured })
    return [{ ...stat, ...measured }]
  }

  function streams(kind: 'audio' | 'video', poll: number, timestamp: number): Stat[] {
    const [inbound, outbound] = [`in-${kind}`, `out-${kind}`]
    const video = poll < VP9_FROM ? 'vp8' : 'vp9'
    const codec = kind === 'audio' ? 'opus' : video
    const common = { kind, timestamp, transportId: 'transport' }
    const sizeOf = (every: number) => {
      const [frameWidth, frameHeight] = SIZES[Math.floor(poll / every) % SIZES.length] ?? SIZES[0]
      return kind === 'video' ? { frameWidth, frameHeight } : {}
    }
    const received: Stat = {
      ...common,
      id: inbound,
      type: 'inbound-rtp',
      ssrc: kind === 'audio' ? 11 : 12,
      codecId: `codec-${codec}-in`,
      remoteId: `far-${outbound}`,
      bytesReceived: count(`${inbound} bytes`),
      packetsReceived: count(`${inbound} packets`),
      retransmittedPacketsReceived: count(`${inbound} repeated`),
      packetsDiscarded: count(`${inbound} discarded`),
      packetsLost: count(`${inbound} lost`),
      jitter: walk(`${inbound} jitter`, 0, 0.08),
      jitterBufferDelay: count(`${inbound} buffered`),
      jitterBufferEmittedCount: count(`${inbound} emitted`),
      ...(kind === 'video' && {
        framesDecoded: count(`${inbound} frames`),
        freezeCount: count(`${inbound} freezes`),
        totalFreezesDuration: count(`${inbound} frozen`),
        ...sizeOf(700),
      }),
    }
    const sent: Stat = {
      ...common,
      id: outbound,
      type: 'outbound-rtp',
      ssrc: kind === 'audio' ? 21 : 22,
      codecId: `codec-${codec}-out`,
      mediaSourceId: `source-${kind}`,
      remoteId: `far-${inbound}`,
      bytesSent: count(`${outbound} bytes`),
      packetsSent: count(`${outbound} packets`),
      retransmittedPacketsSent: count(`${outbound} repeated`),
      ...(kind === 'video' && {
        rtxSsrc: 23,
        framesSent: count(`${outbound} frames`),
        ...sizeOf(1100),
      }),
    }
    const source: Stat = {
      id: `source-${kind}`,
      type: 'media-source',
      kind,
      timestamp,
      ...(kind === 'audio'
        ? {
            totalAudioEnergy: count(`${outbound} energy`),
            totalSamplesDuration: count(`${outbound} duration`),
          }
        : { frames: count(`${outbound} frames`) }),
    }
    const far = { kind, transportId: 'transport' }
    return [
      received,
      sent,
      source,
      ...report(`far-${inbound}`, poll, timestamp, () => ({
        ...far,
        type: 'remote-inbound-rtp',
        localId: outbound,
        packetsLost: count(`${outbound} lost`),
        jitter: walk(`far-${inbound} jitter`, 0, 0.06),
      })),
      ...report(`far-${outbound}`, poll, timestamp, () => ({
        ...far,
        type: 'remote-outbound-rtp',
        localId: inbound,
      })),
    ]
  }

  return {
    advance(poll: number, seconds: number): void {
      for (const kind of ['audio', 'video'] as const) {
        receive(kind, poll, seconds)
        send(kind, poll, seconds)
      }
      for (const pair of ['direct', 'relayed']) {
        const rtt = walk(`${pair} rtt`, 0.01, 0.3)
        const answers = random() < 0.7 ? Math.ceil(seconds / 2.5) : 0
        grow(`${pair} answers`, answers)
        grow(`${pair} rtt`, answers * rtt)
        grow(`${pair} bytes`, Math.round(1000 * seconds))
      }
    },
    read(poll: number, timestamp: number): Stat[] {
      const still = (type: string, id: string, members = {}): Stat => ({
        id,
        type,
        timestamp,
        ...members,
      })
      const pair = (id: string): Stat =>
        still('candidate-pair', id, {
          localCandidateId: `local-${id}`,
          remoteCandidateId: `remote-${id}`,
          transportId: 'transport',
          state: 'succeeded',
          nominated: true,
          bytesSent: count(`${id} bytes`),
          bytesReceived: count(`${id} bytes`),
          responsesReceived: count(`${id} answers`),
          totalRoundTripTime: count(`${id} rtt`),
          currentRoundTripTime: levels.get(`${id} rtt`) ?? 0.1,
        })
      const isRelayed = poll >= RELAY_FROM
      return [
        ...streams('audio', poll, timestamp),
        ...streams('video', poll, timestamp),
        pair('direct'),
        pair('relayed'),
        still('transport', 'transport', {
          selectedCandidatePairId: isRelayed ? 'relayed' : 'direct',
          iceLocalUsernameFragment: isRelayed ? 'after' : 'before',
        }),
        still('local-candidate', 'local-direct', HOST),
        still('local-candidate', 'local-other', HOST),
        still('local-candidate', 'local-relayed', { ...HOST, ...RELAYED }),
        ...['direct', 'relayed', 'other', 'another', 'last'].map((id) =>
          still('remote-candidate', `remote-${id}`, HOST),
        ),
        ...['opus', 'vp8', 'vp9', 'rtx'].flatMap((name) =>
          ['in', 'out'].map((way) => {
            const mimeType = name === 'opus' ? 'audio/opus' : `video/${name.toUpperCase()}`
            return still('codec', `codec-${name}-${way}`, { mimeType })
          }),
        ),
        still('media-playout', 'playout', { kind: 'audio' }),
        still('peer-connection', 'peer', { dataChannelsOpened: 2, dataChannelsClosed: 0 }),
        ...['chat', 'files'].map((label) =>
          still('data-channel', label, { label, state: 'open', bytesSent: poll, bytesReceived: 0 }),
        ),
        still('certificate', 'ours', { fingerprintAlgorithm: 'sha-256' }),
        still('certificate', 'theirs', { fingerprintAlgorithm: 'sha-256' }),
      ]
    },
  }
}
