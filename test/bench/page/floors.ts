// The least that a page can pay: nothing, a report that is dropped, one that is read once, one that a worker gets.
import type { Candidate } from './candidate.ts'

/** The loop alone: what is subtracted of those that the loop polls. */
export function idle(): Candidate {
  return { start() {}, poll: () => Promise.resolve() }
}

export function getStatsOnly(): Candidate {
  return polling(() => {})
}

export function readFloor(): Candidate {
  return polling((report) => {
    for (const stat of report.values()) void stat
  })
}

export function readAndClone(): Candidate {
  const script = new Blob(['onmessage = () => {}'], { type: 'text/javascript' })
  const url = URL.createObjectURL(script)
  const worker = new Worker(url)
  const { poll, start } = polling((report) => worker.postMessage([...report.values()]))
  return {
    start,
    poll,
    stop() {
      worker.terminate()
      URL.revokeObjectURL(url)
    },
  }
}

function polling(take: (report: ReadonlyMap<string, object>) => void) {
  let connections: readonly RTCPeerConnection[] = []
  return {
    start(pcs: readonly RTCPeerConnection[]) {
      connections = pcs
    },
    async poll() {
      await Promise.all(
        connections.map(async (pc) =>
          take((await pc.getStats()) as unknown as ReadonlyMap<string, object>),
        ),
      )
    },
  }
}
