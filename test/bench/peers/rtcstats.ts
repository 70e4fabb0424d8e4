// rtcstats as its README says: wrapped before the first connection, everything to a WebSocket.
import init from 'rtcstats'
import open from 'rtcstats/trace-ws.js'
import { INTERVAL_MS } from '../page/candidate.ts'
import type { Candidate } from '../page/candidate.ts'
import { adopt } from './adopt.ts'

export function create(): Candidate {
  let stop = (): void => {}
  return {
    start(pcs) {
      const trace = open(location.origin.replace('http', 'ws'))
      // It takes Chromium for one that answers by callback, which it does not since 117; so it asks as it asks Safari.
      Object.defineProperty(navigator, 'webkitGetUserMedia', {
        value: undefined,
        configurable: true,
      })
      const end = adopt(pcs, () => init(trace, INTERVAL_MS, ['']))
      Reflect.deleteProperty(navigator, 'webkitGetUserMedia')
      stop = () => {
        end()
        trace.close()
      }
    },
    stop: () => stop(),
  }
}
