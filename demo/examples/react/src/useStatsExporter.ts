// The hook to copy: one exporter as long as the component lives, which monitors the peers it is given.
import { useEffect, useState } from 'react'
import { WebRTCExporter } from 'webrtc-stats-exporter'
import type { ExporterOptions } from 'webrtc-stats-exporter'

/**
 * The options are read when the component mounts. `peers` may change with every render; keep the object while it
 * does not. Null until the component has mounted: StrictMode mounts twice, and each time has an exporter of its own,
 * of which the first has seen no peer and sends nothing.
 */
export function useStatsExporter(
  options: ExporterOptions,
  peers: Readonly<Record<string, RTCPeerConnection>>,
): WebRTCExporter | null {
  const [first] = useState(options)
  const [exporter, setExporter] = useState<WebRTCExporter | null>(null)

  useEffect(() => {
    const created = new WebRTCExporter(first)
    setExporter(created)
    return () => {
      setExporter(null)
      void created.destroy() // never rejects; what is not sent stays on disk
    }
  }, [first])

  useEffect(() => {
    if (!exporter) return
    for (const [peerId, pc] of Object.entries(peers)) exporter.addPeer({ peerId, pc })
    for (const peerId of exporter.getPeerIds()) {
      if (!(peerId in peers)) exporter.removePeer(peerId)
    }
  }, [exporter, peers])

  return exporter
}
