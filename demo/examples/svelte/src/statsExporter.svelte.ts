// The rune module to copy: one exporter as long as the component lives, which monitors the peers it is given.
import { WebRTCExporter } from 'webrtc-stats-exporter'
import type { ExporterOptions } from 'webrtc-stats-exporter'

/**
 * Call it while a component is initialised. The options are read when it mounts; `current` is null until then, and on a
 * server always. `peers` is asked again when a state that it reads changes: `$state.raw` is enough, with a new object
 * for each change.
 */
export function useStatsExporter(
  options: ExporterOptions,
  peers: () => Readonly<Record<string, RTCPeerConnection>>,
): { readonly current: WebRTCExporter | null } {
  let exporter = $state.raw<WebRTCExporter | null>(null)

  $effect(() => {
    const created = new WebRTCExporter(options)
    exporter = created
    return () => {
      exporter = null
      void created.destroy() // never rejects; what is not sent stays on disk
    }
  })

  $effect(() => {
    const current = peers()
    if (!exporter) return
    for (const [peerId, pc] of Object.entries(current)) exporter.addPeer({ peerId, pc })
    for (const peerId of exporter.getPeerIds()) {
      if (!(peerId in current)) exporter.removePeer(peerId)
    }
  })

  return {
    get current() {
      return exporter
    },
  }
}
