// The events of a received track.
import type { Outbox, Subject } from './outbox.ts'

/** What identifies a track in the stats (`trackIdentifier`), and what it does. */
export interface TrackData {
  readonly trackIdentifier: string
  readonly kind: string
  readonly label: string
  readonly muted: boolean
}

export function describeTrack({ id, kind, label, muted }: MediaStreamTrack): TrackData {
  return { trackIdentifier: id, kind, label, muted }
}

const TRACK_EVENTS = { mute: 'trackMute', unmute: 'trackUnmute', ended: 'trackEnded' } as const

/** Captures the track's events until the signal is aborted. */
export function watchTrack(
  track: MediaStreamTrack,
  subject: Subject,
  outbox: Outbox,
  signal: AbortSignal,
): void {
  for (const [type, event] of Object.entries(TRACK_EVENTS)) {
    const capture = (): void => outbox.captureEvent(subject, event, 'track', describeTrack(track))
    track.addEventListener(type, capture, { signal })
  }
}
