// The library as it is published, with its worker, its disk and its default transport.
import type * as Library from '../../../src/index.ts'
import { INTERVAL_MS } from './candidate.ts'
import type { Candidate } from './candidate.ts'

/** @param folder where the site has the build */
export function ours(folder = 'dist'): Candidate {
  let exporter: Library.WebRTCExporter | null = null
  return {
    async start(pcs) {
      const { WebRTCExporter }: typeof Library = await import(
        /* @vite-ignore */ `/${folder}/index.js`
      )
      exporter = new WebRTCExporter({
        url: '/ingest',
        sessionName: 'bench',
        getStatsInterval: INTERVAL_MS,
      })
      for (const [index, pc] of pcs.entries()) exporter.addPeer({ peerId: `peer-${index}`, pc })
    },
    async stop() {
      await exporter?.destroy()
    },
  }
}
