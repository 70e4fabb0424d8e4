// @observertc/client-monitor-js with the simplest transport that an app gives it: each sample goes to a WebSocket.
import { ClientMonitor } from '@observertc/client-monitor-js'
import { INTERVAL_MS } from '../page/candidate.ts'
import type { Candidate } from '../page/candidate.ts'

export function create(): Candidate {
  let stop = (): void => {}
  return {
    async start(pcs) {
      const socket = new WebSocket(location.origin.replace('http', 'ws'))
      await new Promise((resolve) => socket.addEventListener('open', resolve))
      const monitor = new ClientMonitor({
        clientId: 'bench',
        callId: 'bench',
        collectingPeriodInMs: INTERVAL_MS,
        samplingPeriodInMs: INTERVAL_MS,
      })
      monitor.on('sample-created', ({ sample }) => socket.send(JSON.stringify(sample)))
      for (const pc of pcs) monitor.addSource(pc)
      stop = () => {
        monitor.close()
        socket.close()
      }
    },
    stop: () => stop(),
  }
}
