// @peermetrics/webrtc-stats with the simplest transport that an app gives it: each event of `stats` is posted.
import { WebRTCStats } from '@peermetrics/webrtc-stats'
import { INTERVAL_MS } from '../page/candidate.ts'
import type { Candidate } from '../page/candidate.ts'

export function create(): Candidate {
  const stats = new WebRTCStats({ getStatsInterval: INTERVAL_MS })
  return {
    async start(pcs) {
      stats.on('stats', (event) => {
        const body = JSON.stringify(event)
        const headers = { 'content-type': 'application/json' }
        fetch('/ingest', { method: 'POST', headers, body }).catch(console.error)
      })
      for (const [index, pc] of pcs.entries()) {
        await stats.addConnection({ peerId: `peer-${index}`, pc })
      }
    },
    stop: () => stats.destroy(),
  }
}
