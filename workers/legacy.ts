// What older browsers call, or place, otherwise: here, and nowhere else, it is read as today's.
import type { Stat } from '../src/stats.ts'

/** Older spellings of a member, by today's name. Firefox counts discarded packets under both. */
export const LEGACY_NAMES: ReadonlyMap<string, string> = new Map([
  ['packetsDiscarded', 'discardedPackets'],
])

/** Firefox before 68 gave the far end's view as `inbound-rtp` or `outbound-rtp` with `isRemote: true`. */
export function isRemoteView(stat: Stat): boolean {
  return stat['isRemote'] === true && (stat.type === 'inbound-rtp' || stat.type === 'outbound-rtp')
}

/** The far end's report is of this stream. Safari 14 gives some without `localId`: then the ssrc tells. */
export function isReportOn({ localId, ssrc }: Stat, stream: Stat): boolean {
  return localId === undefined
    ? ssrc !== undefined && ssrc === stream['ssrc']
    : localId === stream.id
}

/**
 * Chrome before 112 and Safari before 17 count frames, samples, freezes and the jitter buffer on an object `track`, to
 * which the stream's `trackId` leads: what the stream lacks is read from there. A sender's track counts all its
 * simulcast layers together, so that nothing is known of each. The objects given are not changed.
 */
export function withTrackMembers(report: readonly Stat[]): readonly Stat[] {
  const isStream = ({ type }: Stat): boolean => type === 'inbound-rtp' || type === 'outbound-rtp'
  const streams = report.filter((stat) => isStream(stat) && stat['trackId'] !== undefined)
  if (streams.length === 0) return report
  const tracks = new Map(
    report.filter(({ type }) => type === 'track').map((stat) => [stat.id, stat]),
  )
  const trackOf = (stream: Stat): Stat | undefined => {
    const track = tracks.get(String(stream['trackId']))
    const isShared = streams.filter((other) => other['trackId'] === stream['trackId']).length > 1
    return isShared ? undefined : track
  }
  const completed = new Map(streams.map((stream) => [stream, { ...trackOf(stream), ...stream }]))
  return report.map((stat) => completed.get(stat) ?? stat)
}
