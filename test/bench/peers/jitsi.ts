// @jitsi/rtcstats as jitsi-meet has it: wrapped before the first connection, everything to a WebSocket.
import init from '@jitsi/rtcstats/rtcstats.js'
import open from '@jitsi/rtcstats/trace-ws.js'
import { INTERVAL_MS } from '../page/candidate.ts'
import type { Candidate } from '../page/candidate.ts'
import { adopt } from './adopt.ts'

export function create(): Candidate {
  let stop = (): void => {}
  return {
    start(pcs) {
      const trace = open({
        endpoint: location.origin.replace('http', 'ws'),
        meetingFqn: 'bench',
        onCloseCallback() {},
      })
      trace.connect(false)
      const end = adopt(pcs, () => init(trace, { pollInterval: INTERVAL_MS }))
      stop = () => {
        end()
        trace.close()
      }
    },
    stop: () => stop(),
  }
}
