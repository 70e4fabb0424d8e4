// What happens around the connections: network, page lifecycle, devices.
import { NOBODY } from './outbox.ts'
import type { Outbox } from './outbox.ts'
import type { Devices } from './wire.ts'

/** Captures the page's own events until the signal is aborted. Never `unload`: it forbids bfcache. */
export function watchPage(outbox: Outbox, signal: AbortSignal, onDevices: () => void): void {
  const { mediaDevices } = navigator
  const on = (target: EventTarget, type: string, listener: (event: Event) => void): void =>
    target.addEventListener(type, listener, { signal })

  on(window, 'online', () => outbox.captureEvent(NOBODY, 'online', 'network', null))
  on(window, 'offline', () => outbox.captureEvent(NOBODY, 'offline', 'network', null))
  on(document, 'visibilitychange', () =>
    outbox.captureEvent(NOBODY, 'visibilityChange', 'page', { state: document.visibilityState }),
  )
  on(document, 'freeze', () => outbox.captureEvent(NOBODY, 'freeze', 'page', null))
  on(document, 'resume', () => outbox.captureEvent(NOBODY, 'resume', 'page', null))
  for (const [type, event] of Object.entries({ pagehide: 'pageHide', pageshow: 'pageShow' })) {
    on(window, type, (transition) => {
      const { persisted } = transition as PageTransitionEvent
      outbox.captureEvent(NOBODY, event, 'page', { persisted })
    })
  }
  // Absent on insecure origins.
  if (mediaDevices) {
    on(mediaDevices, 'devicechange', () => {
      outbox.captureEvent(NOBODY, 'deviceChange', 'device', null)
      onDevices()
    })
  }
}

/** The labels of the tracks that are being sent. */
export function devicesInUse(connections: Iterable<RTCPeerConnection>): Devices {
  const labels: { audio: string | null; video: string | null } = { audio: null, video: null }
  for (const pc of connections) {
    for (const { track } of pc.getSenders()) {
      if (track?.readyState === 'live') labels[track.kind as keyof Devices] ??= track.label || null
    }
  }
  return labels
}
