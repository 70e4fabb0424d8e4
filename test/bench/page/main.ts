// The page of the benches: one end of a call, and on the measured end one contender at a time.
import type { ExporterOptions } from '../../../src/index.ts'
import { accept, answer, offer, pcs, progress, stopMedia } from './call.ts'
import type { ContenderName, OwnName } from '../contenders.ts'
import { INTERVAL_MS } from './candidate.ts'
import type { Candidate } from './candidate.ts'
import { ours } from './ours.ts'
import { OWN } from './own.ts'
import { load, startUp } from './start-up.ts'

/** Calls of `getStats()`, whoever makes them. */
let calls = 0
/** Each stands in the trace. */
let isMarking = false
/** Told of each. */
let onCall = (): void => {}

for (const { prototype } of [RTCPeerConnection, RTCRtpReceiver, RTCRtpSender]) {
  const { getStats } = prototype as RTCPeerConnection
  Object.assign(prototype, {
    getStats(this: RTCPeerConnection, ...given: Parameters<typeof getStats>) {
      calls++
      if (isMarking) performance.mark('getStats')
      onCall()
      return getStats.apply(this, given)
    },
  })
}

let candidate: Candidate | null = null

async function start(name: ContenderName): Promise<void> {
  candidate = await create(name)
  await candidate.start(pcs)
}

/** Ours, with other options. */
async function startOurs(options: Partial<ExporterOptions>): Promise<void> {
  candidate = ours(options)
  await candidate.start(pcs)
}

async function create(name: ContenderName): Promise<Candidate> {
  if (name in OWN) return OWN[name as OwnName]()
  const peer: { create: () => Candidate } = await import(/* @vite-ignore */ `/peers/${name}.js`)
  return peer.create()
}

/** Shorter than Node waits for an answer. */
const POLL_LIMIT_MS = 25_000

/** Lets it poll so often; `intervalMs`: where the loop here does. Begins and ends between two polls. */
async function poll(times: number, intervalMs: number = INTERVAL_MS): Promise<void> {
  if (candidate?.poll) {
    for (let n = 0; n < times; n++) {
      await candidate.poll()
      await sleep(intervalMs)
    }
    return
  }
  const before = calls
  const expected = times * (candidate?.callsOf?.(pcs) ?? pcs.length)
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`only ${calls - before} of ${expected} calls of getStats()`))
    }, POLL_LIMIT_MS)
    onCall = () => {
      if (calls - before < expected) return
      clearTimeout(timer)
      resolve()
    }
  }).finally(() => (onCall = () => {}))
  await sleep(INTERVAL_MS / 2)
}

/** From here on a trace tells of each call of `getStats()`. */
function mark(): void {
  isMarking = true
}

async function stop(): Promise<void> {
  await candidate?.stop?.()
  candidate = null
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const page = {
  accept,
  answer,
  offer,
  progress,
  stopMedia,
  start,
  startOurs,
  poll,
  stop,
  mark,
  startUp: () => startUp(pcs),
  load,
}

/** What Node may call, as `window.bench`. */
export type BenchPage = typeof page

Object.assign(window, { bench: page })
