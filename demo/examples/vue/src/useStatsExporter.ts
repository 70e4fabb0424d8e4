// The composable to copy: one exporter as long as the component lives, which monitors the peers it is given.
import { onMounted, onUnmounted, shallowRef, toValue, watchEffect } from 'vue'
import type { MaybeRefOrGetter, ShallowRef } from 'vue'
import { WebRTCExporter } from 'webrtc-stats-exporter'
import type { ExporterOptions } from 'webrtc-stats-exporter'

/**
 * The options are read when the component mounts; null until then, and on a server always. `peers` may be a ref or a
 * getter: a `shallowRef` is enough, with a new object for each change.
 */
export function useStatsExporter(
  options: ExporterOptions,
  peers: MaybeRefOrGetter<Readonly<Record<string, RTCPeerConnection>>>,
): Readonly<ShallowRef<WebRTCExporter | null>> {
  const exporter = shallowRef<WebRTCExporter | null>(null)

  onMounted(() => {
    exporter.value = new WebRTCExporter(options)
  })

  watchEffect(() => {
    const current = toValue(peers)
    if (!exporter.value) return
    for (const [peerId, pc] of Object.entries(current)) exporter.value.addPeer({ peerId, pc })
    for (const peerId of exporter.value.getPeerIds()) {
      if (!(peerId in current)) exporter.value.removePeer(peerId)
    }
  })

  onUnmounted(() => {
    void exporter.value?.destroy() // never rejects; what is not sent stays on disk
    exporter.value = null
  })

  return exporter
}
