// The library as it is published, with its worker, its disk and its default transport.
import type { ExporterOptions, WebRTCExporter } from '../../../src/index.ts'
import { INTERVAL_MS } from './candidate.ts'
import type { Candidate } from './candidate.ts'
import { loadLibrary } from './library.ts'

export function ours(options: Partial<ExporterOptions> = {}): Candidate {
  let exporter: WebRTCExporter | null = null
  return {
    async start(pcs) {
      const { WebRTCExporter } = await loadLibrary()
      exporter = new WebRTCExporter({
        url: '/ingest',
        sessionName: 'bench',
        getStatsInterval: INTERVAL_MS,
        ...options,
      })
      for (const [index, pc] of pcs.entries()) exporter.addPeer({ peerId: `peer-${index}`, pc })
    },
    async stop() {
      await exporter?.destroy()
    },
  }
}
