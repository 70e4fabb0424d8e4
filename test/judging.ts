// Reports of a call, and how the call was according to them.
import type { Stat } from '../src/stats.ts'
import type { Quality } from '../src/quality.ts'
import { derive } from '../workers/derive.ts'
import { normalize } from '../workers/normalize.ts'
import { judge } from '../workers/quality.ts'
import type { Occasion } from '../workers/quality.ts'
import { POLL_MS, stat } from './deriving.ts'
import type { Members } from './deriving.ts'

const USUAL: Occasion = { callSetupMs: null, skewMs: 0 }

/** What was made of each report, each with the one before it. */
export function judgeEach(reports: readonly Stat[][], occasion: Occasion = USUAL) {
  let derived: ReturnType<typeof derive> | null = null
  let judged: ReturnType<typeof judge> | null = null
  return reports.map((report) => {
    derived = derive(report, derived?.state ?? null, POLL_MS)
    judged = judge(normalize(report), derived, judged?.state ?? null, occasion)
    return { ...judged, metrics: derived.metrics }
  })
}

/** How the call was in the interval that ends with each report. */
export const judgeAll = (...reports: Stat[][]): Quality[] =>
  judgeEach(reports).map(({ quality }) => quality)

/** In the one that ends with the last. */
export function judgeLast(...reports: Stat[][]): Quality {
  const quality = judgeAll(...reports).at(-1)
  if (!quality) throw new Error('no report to judge')
  return quality
}

type Read = (timestamp: number, members?: Members, id?: string) => Stat

/** Streams of one kind, with ssrcs of their own. */
const rtp =
  (type: string, kind: string, usual: string): Read =>
  (timestamp, members = {}, id = usual) =>
    stat(type, timestamp, { kind, ...members }, id)

export const audioIn: Read = rtp('inbound-rtp', 'audio', 'ai')
export const audioOut: Read = rtp('outbound-rtp', 'audio', 'ao')
export const videoIn: Read = rtp('inbound-rtp', 'video', 'vi')
export const videoOut: Read = rtp('outbound-rtp', 'video', 'vo')

/** What the far end says of the stream `localId`. */
export const receiverReport = (timestamp: number, localId: string, members: Members = {}): Stat =>
  stat('remote-inbound-rtp', timestamp, { localId, ...members }, `rr-${localId}`)

/** A pair in use, `pair`, with the transport that names it. */
export const path = (timestamp: number, pair: Members = {}, local: Members = {}): Stat[] => [
  stat('transport', timestamp, { selectedCandidatePairId: 'pair' }, 'T'),
  stat('candidate-pair', timestamp, { localCandidateId: 'local', ...pair }, 'pair'),
  stat('local-candidate', timestamp, local, 'local'),
]
