// What happens around the connections: network, page lifecycle, devices.
import { NOBODY } from './outbox.ts'
import type { Outbox } from './outbox.ts'
import type { Devices, Tag } from './wire.ts'

/**
 * Captures the page's own events until the signal is aborted: each under its type, spelled as the items are. Never
 * `unload`: it forbids bfcache.
 */
export function watchPage(outbox: Outbox, signal: AbortSignal, onDevices: () => void): void {
  // Absent on insecure origins.
  const mediaDevices: EventTarget | undefined = navigator.mediaDevices
  const watch = (
    target: EventTarget | undefined,
    tag: Tag,
    names: readonly string[],
    data: (event: Event) => unknown = () => null,
  ): void => {
    for (const name of names) {
      const capture = (event: Event): void => outbox.captureEvent(NOBODY, name, tag, data(event))
      target?.addEventListener(name.toLowerCase(), capture, { signal })
    }
  }

  watch(window, 'network', ['online', 'offline'])
  watch(document, 'page', ['visibilityChange'], () => ({ state: document.visibilityState }))
  watch(document, 'page', ['freeze', 'resume'])
  watch(window, 'page', ['pageHide', 'pageShow'], (event) => {
    const { persisted } = event as PageTransitionEvent
    return { persisted }
  })
  watch(mediaDevices, 'device', ['deviceChange'])
  mediaDevices?.addEventListener('devicechange', onDevices, { signal })
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
