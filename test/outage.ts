// A call of two real exporters in one room, each with its disk, and a real collector, all on one clock.
import 'fake-indexeddb/auto'
import { vi } from 'vitest'
import { createCollector } from '../collector/src/collector.ts'
import { openStore } from '../collector/src/store/libsql.ts'
import type { CapturedReport } from '../src/protocol.ts'
import type { Stat } from '../src/stats.ts'
import { createFetchTransport } from '../transports/fetch.ts'
import { createDisk } from '../workers/disk.ts'
import { createEngine } from '../workers/engine.ts'
import { createChannel } from './channel.ts'
import { createIdleClock } from './idle-clock.ts'
import type { IdleClock } from './idle-clock.ts'
import { seeded } from './sending.ts'
import { CONFIG, PAGE } from './worker-config.ts'

/** An hour of it is 180 polls of 5 KB: far below the bounds of the queue, so that nothing is evicted. */
const POLL_MS = 20_000
const MINUTE_MS = 60_000

/** When somebody is there, and when he has a network; minutes from the start. */
export interface Part {
  readonly who: string
  readonly leavesAt: number
  readonly offline: readonly [from: number, to: number] | null
}

let calls = 0

/** The files of rooms that come of it, of an hour each. */
export async function hold(parts: readonly Part[], minutes: number) {
  const clock = createIdleClock()
  const startMs = clock.now()
  const store = await openStore(':memory:', { now: clock.now })
  const files: Record<string, unknown>[][] = []
  const collector = await createCollector({
    ...{ log: () => {}, store: clock.watch(store), clock, intervalMinutes: 60 },
    sink: {
      name: 'test',
      async put(_name, body) {
        files.push(JSON.parse(new TextDecoder().decode(body)) as Record<string, unknown>[])
        return { status: 'ok' }
      },
    },
  })
  const isOnline = ({ offline }: Part): boolean => {
    const [from, to] = offline ?? [0, 0]
    const atMin = (clock.now() - startMs) / MINUTE_MS
    return atMin < from || atMin >= to
  }
  // It runs on threads of its own, which no clock of a test waits for.
  vi.stubGlobal('CompressionStream', undefined)
  vi.stubGlobal('fetch', async (request: Request): Promise<Response> => {
    const who = new URL(request.url).searchParams.get('who')
    if (parts.some((part) => part.who === who && isOnline(part))) return collector.fetch(request)
    throw new TypeError('Failed to fetch')
  })
  const call = calls++
  const pages = await Promise.all(
    parts.map((part) => join(part, clock, call, () => isOnline(part))),
  )
  for (let minute = 1; minute <= minutes; minute += 1) {
    await clock.advance(MINUTE_MS)
    for (const [index, { leavesAt }] of parts.entries()) {
      if (leavesAt === minute) pages[index]?.leave()
    }
  }
  const told = pages.flatMap((page) => page.told)
  const left = await Promise.all(pages.map((page) => page.end()))
  await collector.close()
  vi.unstubAllGlobals()
  return { files, told, left }
}

async function join({ who }: Part, clock: IdleClock, call: number, isOnline: () => boolean) {
  const navigator = {
    get onLine() {
      return isOnline()
    },
  }
  const told: unknown[] = []
  const { port, post } = createChannel((message) => {
    if (message.type === 'raise') told.push(message.raised)
    if (message.type !== 'pull') return
    const reports = isThere ? [report()] : []
    post({ type: 'reports', tick: message.tick, reports })
  })
  const url = `https://stats.example/ingest?who=${who}`
  const line = createLine(who.length, clock.now())
  let seq = 0
  let isThere = true
  const captured = () => {
    const at = { timestamp: clock.now(), clock: clock.now() }
    return { ...at, seq: seq++, peerId: `peer of ${who}`, peerName: who, pcId: `pc of ${who}` }
  }
  const report = (): CapturedReport => ({ ...captured(), read: 'full', stats: line(clock.now()) })
  const tell = (event: string, tag: 'peer' | 'connection', data: unknown): void => {
    post({ type: 'event', event: { ...captured(), event, tag, data } })
  }
  post({ type: 'listen', events: ['dropped'] })
  let ids = 0
  const engine = createEngine(
    {
      ...CONFIG,
      ...{ url, producer: `page of ${who}`, sessionId: `session of ${who}` },
      ...{ getStatsInterval: POLL_MS, compression: 'none' },
      transports: [{ name: 'fetch', url, isOnPage: false }],
      facts: {
        ...{ roomId: 'standup', userId: who, keys: { team: who } },
        devices: { audio: `microphone of ${who}`, video: null },
      },
    },
    port,
    PAGE,
    {
      ...{ clock, random: seeded(7), newId: () => `${who} ${ids++}`, navigator },
      ...{ locks: null, openRollCall: () => null, log: () => {} },
      createDisk: (name, own) => clock.watch(createDisk(`${call} ${who} ${name}`, own)),
      transports: {
        fetch: (context) => clock.watch(createFetchTransport({ ...context, now: clock.now })),
      },
    },
  )
  await clock.advance(0)
  const { queue, destroy } = await engine
  const states = { connectionState: 'new', signalingState: 'stable', iceConnectionState: 'new' }
  tell('peerAdded', 'peer', states)
  tell('signalingStateChange', 'connection', { state: 'have-local-offer' })
  await clock.advance(700 + who.length)
  tell('connectionStateChange', 'connection', { state: 'connected' })
  return {
    /** Losses and errors. */
    told,
    leave() {
      isThere = false
      post({ type: 'reports', tick: null, reports: [report()] })
      tell('peerRemoved', 'peer', null)
    },
    /** How many items still wait. */
    async end(): Promise<number> {
      const { depth } = await queue()
      await Promise.all([destroy(0), clock.advance(1000)])
      return depth
    },
  }
}

/** What a browser counts, each number its own line in time. */
function createLine(seed: number, startMs: number): (atMs: number) => Stat[] {
  const random = seeded(seed)
  const rates = Array.from({ length: 16 }, () => 0.5 + random())
  return (timestamp) => {
    const seconds = (timestamp - startMs) / 1000
    const count = (index: number, perSec: number): number => {
      const wave = 1 + Math.sin(seconds / 100 + index) / 5
      return Math.floor((rates[index] ?? 1) * perSec * (seconds + 50 * wave))
    }
    const stat = (type: string, id: string, members: object): Stat => ({
      id,
      type,
      timestamp,
      ...members,
    })
    const kinds = (['audio', 'video'] as const).flatMap((kind, at) => {
      const of = { kind, transportId: 't' }
      const base = at * 8
      const jitter = 0.01 + (0.005 * (1 + Math.sin(seconds / 60 + base))) / 2
      return [
        stat('inbound-rtp', `in-${kind}`, {
          ...{ ...of, ssrc: 1 + at, jitter },
          ...{ bytesReceived: count(base, 9000), packetsReceived: count(base + 1, 60) },
          packetsLost: count(base + 2, 0.4),
          ...(kind === 'video' && {
            framesDecoded: count(base + 3, 25),
            freezeCount: count(base + 3, 0.01),
          }),
        }),
        stat('outbound-rtp', `out-${kind}`, {
          ...{ ...of, ssrc: 11 + at, remoteId: `far-${kind}` },
          ...{ bytesSent: count(base + 4, 8000), packetsSent: count(base + 5, 55) },
          ...(kind === 'video' && { framesSent: count(base + 3, 24) }),
        }),
        stat('remote-inbound-rtp', `far-${kind}`, {
          ...{ ...of, ssrc: 11 + at, localId: `out-${kind}`, jitter: jitter / 2 },
          packetsLost: count(base + 6, 0.2),
          ...{ roundTripTime: 0.05, totalRoundTripTime: count(base + 7, 100) / 2000 },
          roundTripTimeMeasurements: Math.floor(seconds / 5),
        }),
      ]
    })
    return [
      ...kinds,
      stat('transport', 't', { selectedCandidatePairId: 'pair' }),
      stat('candidate-pair', 'pair', {
        ...{
          localCandidateId: 'local',
          remoteCandidateId: 'remote',
          state: 'succeeded',
          nominated: true,
        },
        ...{
          currentRoundTripTime: 0.06,
          totalRoundTripTime: seconds / 40,
          responsesReceived: Math.floor(seconds / 2),
        },
      }),
      stat('local-candidate', 'local', {
        candidateType: 'relay',
        protocol: 'udp',
        relayProtocol: 'udp',
      }),
      stat('remote-candidate', 'remote', { candidateType: 'host', protocol: 'udp' }),
    ]
  }
}
