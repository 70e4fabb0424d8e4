// The page of the benches: one end of a call, and on the measured end one contender at a time.
import { accept, answer, offer, pcs, progress, stopMedia } from './call.ts'
import { INTERVAL_MS } from './contender.ts'
import type { Contender } from './contender.ts'
import { CONTENDERS } from './contenders.ts'
import type { ContenderName } from './contenders.ts'

/** Calls of `getStats()`, whoever makes them. */
let calls = 0
/** Resolves the wait for a number of them. */
let onCall = (): void => {}

const { getStats } = RTCPeerConnection.prototype
Object.assign(RTCPeerConnection.prototype, {
  getStats(this: RTCPeerConnection, ...given: Parameters<typeof getStats>) {
    calls++
    onCall()
    return getStats.apply(this, given)
  },
})

let contender: Contender | null = null

async function start(name: ContenderName): Promise<void> {
  contender = CONTENDERS[name]()
  await contender.start(pcs)
}

/** Lets it poll so often. Begins and ends between two polls. */
async function poll(times: number): Promise<void> {
  if (contender?.poll) {
    for (let n = 0; n < times; n++) {
      await contender.poll()
      await sleep(INTERVAL_MS)
    }
    return
  }
  const due = calls + times * pcs.length
  await new Promise<void>((resolve) => {
    onCall = () => calls >= due && resolve()
  })
  onCall = () => {}
  await sleep(INTERVAL_MS / 2)
}

async function stop(): Promise<void> {
  await contender?.stop?.()
  contender = null
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const page = { accept, answer, offer, progress, stopMedia, start, poll, stop }

/** What Node may call, as `window.bench`. */
export type BenchPage = typeof page

Object.assign(window, { bench: page })
