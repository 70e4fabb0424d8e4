// Random calls: pages with connections whose counters grow, begin anew, vanish, and are reported on now and then.
import fc from 'fast-check'
import type { KeptItem } from '../collector/src/facts.ts'
import { createPage } from './room-items.ts'

/** What happens between one poll of a connection and the next. */
interface Step {
  readonly connection: number
  readonly afterMs: number
  readonly grown: readonly number[]
  /** One bit each, see `polled`. */
  readonly flags: number
  readonly isPageEvent: boolean
}

export interface Page {
  readonly steps: readonly Step[]
  readonly userId: string | null
  /** Its browser reports `packetsReceived` of what it sends (Firefox). */
  readonly isReceivedReported: boolean
}

const step: fc.Arbitrary<Step> = fc.record({
  connection: fc.nat(1),
  afterMs: fc.constantFrom(0, 500, 1000, 2000, 2000, 9000),
  grown: fc.array(fc.nat(400), { minLength: 12, maxLength: 12 }),
  flags: fc.nat(2 ** 12 - 1),
  isPageEvent: fc.boolean(),
})

export const page: fc.Arbitrary<Page> = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 14 }),
  userId: fc.constantFrom(null, 'ann'),
  isReceivedReported: fc.boolean(),
})

export const START_MS = Date.parse('2026-03-01T10:00:00.000Z')

/** The items of a page in the order of capture. */
export function itemsOf({ steps, userId, isReceivedReported }: Page, name: string): KeptItem[] {
  const made = createPage(name)
  const connections = [0, 1].map((index) => ({
    subject: { peerId: `peer ${index} of ${name}`, pcId: `pc${index}` },
    counters: Array.from({ length: 12 }, () => 0),
    report: {} as Record<string, unknown>,
    hasJoined: false,
  }))
  let atMs = START_MS
  for (const [
    index,
    { connection: which, afterMs, grown, flags, isPageEvent },
  ] of steps.entries()) {
    const connection = connections[which]
    if (!connection) continue
    const facts = { userId, keys: { [`key ${index % 3}`]: `${index}` }, devices: devicesAt(grown) }
    const more = { ...connection.subject, facts }
    if (!connection.hasJoined) made.join(atMs, grown[0] ?? 0, more)
    connection.hasJoined = true
    atMs += afterMs
    if (isPageEvent) made.event(atMs, 'visibility', {}, { peerId: null, pcId: null, tag: 'page' })
    const isReset = (flags & 7) === 7
    connection.counters = connection.counters.map(
      (count, at) => (isReset && at < 4 ? 0 : count) + (grown[at] ?? 0),
    )
    const isReported = (flags & 8) === 0 && afterMs > 0
    if (isReported) {
      connection.report = reportAt(atMs, connection.counters, isReceivedReported)
    }
    const data = polled(atMs, connection.counters, connection.report, flags, grown)
    made.poll(atMs, data, { ...more, interval: 2000 })
  }
  for (const { subject, hasJoined } of connections) if (hasJoined) made.leave(atMs, subject)
  return made.items
}

function devicesAt([first = 0]: readonly number[]) {
  return { audio: first % 3 === 0 ? null : `microphone ${first % 3}`, video: null }
}

function reportAt(atMs: number, counters: readonly number[], isReceivedReported: boolean) {
  return {
    ...{ id: 'far', type: 'remote-inbound-rtp', timestamp: atMs - 300, localId: 'audio sent' },
    packetsLost: counters[8],
    ...(isReceivedReported && { packetsReceived: counters[9] }),
    jitter: ((counters[8] ?? 0) % 50) / 1000,
    totalRoundTripTime: (counters[10] ?? 0) / 1000,
    roundTripTimeMeasurements: counters[11],
  }
}

function polled(
  atMs: number,
  counters: readonly number[],
  report: object,
  flags: number,
  grown: readonly number[],
) {
  const received = {
    ...{ id: 'audio received', type: 'inbound-rtp', timestamp: atMs, ssrc: 1 },
    ...{ bytesReceived: counters[0], packetsReceived: counters[1] },
    ...{ packetsLost: (counters[4] ?? 0) - (counters[5] ?? 0), jitter: (grown[5] ?? 0) / 1000 },
  }
  const sent = {
    ...{ id: 'audio sent', type: 'outbound-rtp', timestamp: atMs, ssrc: 2 },
    ...{ bytesSent: counters[2], packetsSent: counters[3], retransmittedPacketsSent: 0 },
  }
  const layers = [6, 7].map((index) => ({
    ...{ id: `layer ${index}`, type: 'outbound-rtp', timestamp: atMs, ssrc: index },
    ...{ bytesSent: counters[index], packetsSent: counters[index] },
  }))
  const isThere = (bit: number): boolean => (flags & bit) === 0 || (flags & (bit >> 1)) === 0
  const relay = { id: 'L', candidateType: flags & 1 ? 'relay' : 'host', protocol: 'tcp' }
  return {
    audio: {
      inbound: isThere(32) ? [received] : [],
      outbound: isThere(128) ? [sent] : [],
    },
    video: { inbound: [], outbound: isThere(512) ? layers : layers.slice(1) },
    remote: { inbound: isThere(2048) && 'id' in report ? [report] : [], outbound: [] },
    candidatePair: [{ id: 'P', selected: true, localCandidateId: 'L', timestamp: atMs }],
    localCandidate: [relay],
    metrics: { 'audio received': { intervalSec: 1 + ((grown[6] ?? 0) % 4) } },
    quality: {
      audio: { inbound: { mos: 1 + (grown[7] ?? 0) / 100, score: (grown[8] ?? 0) / 40 } },
      video: {},
      score: (grown[9] ?? 0) / 40,
    },
  }
}
