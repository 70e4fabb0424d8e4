// webrtc-issue-detector as its README says: it tells the page of issues and scores, and ships nothing.
import WebRTCIssueDetector from 'webrtc-issue-detector'
import { INTERVAL_MS } from '../page/candidate.ts'
import type { Candidate } from '../page/candidate.ts'

export function create(): Candidate {
  const detector = new WebRTCIssueDetector({
    getStatsInterval: INTERVAL_MS,
    autoAddPeerConnections: false,
    onIssues() {},
    onNetworkScoresUpdated() {},
  })
  return {
    start(pcs) {
      for (const pc of pcs) detector.handleNewPeerConnection(pc)
    },
    /** It asks each receiver and each sender that has a track. */
    callsOf: (pcs) =>
      pcs
        .flatMap((pc) => [...pc.getReceivers(), ...pc.getSenders()])
        .filter(({ track }) => track?.enabled).length,
    stop: () => detector.stopWatchingNewPeerConnections(),
  }
}
