// What runs in a page with a live call: each function is sent there as text (`call`), and stands on its arguments alone.
import type { ExporterOptions, PageItem, WebRTCExporter } from '../../src/index.ts'

/** What the page has on its window. */
interface CallPage {
  readonly WebRTCExporter: typeof WebRTCExporter
  exporter: WebRTCExporter
  hangUp: () => void
  times: Times
  /** It was in the back/forward cache. */
  hasComeBack: boolean
  /** Items that were acked here, by the session that made them. */
  acked: Record<string, number>
  /** The binding: what the worker has given back. */
  tellCaptured?: (text: string) => void
}

/** An item that the worker has given back, as the binding tells of it. */
export type CapturedText = readonly [isWorkers: boolean, event: string, tag: string, seq: number]

/** When something happened, each time. Wall clock, ms. */
export interface Times {
  readonly timers: number[]
  readonly polls: number[]
}

export interface CallParts {
  /** How often a state of a connection changes; 0 for never. */
  readonly signalEveryMs: number
  /** An app's own worker, which `occupyWorker` makes busy; null for the built-in one. */
  readonly busyWorker: string | null
}

/** Makes an exporter. */
export function startExporter(options: ExporterOptions, { busyWorker }: CallParts): void {
  const page = window as unknown as CallPage
  const worker = (): Worker => new Worker(busyWorker ?? '', { type: 'module' })
  page.exporter = new page.WebRTCExporter(busyWorker === null ? options : { ...options, worker })
  page.exporter.on('timeline', ({ event, tag, seq }: PageItem) => {
    const isWorkers = tag === 'summary' || (event === 'dropped' && tag === 'exporter')
    const told: CapturedText = [isWorkers, event, tag, seq]
    page.tellCaptured?.(JSON.stringify(told))
  })
}

/** Counts what `export:success` says from now on. */
export function countAcked(): void {
  const page = window as unknown as CallPage
  page.acked = {}
  page.exporter.on('export:success', ({ sessionId, count }) => {
    page.acked[sessionId] = (page.acked[sessionId] ?? 0) + count
  })
}

export function ackedOf(sessionId: string): number {
  const page = window as unknown as CallPage
  return page.acked[sessionId] ?? 0
}

export function pauseExporter(): void {
  const page = window as unknown as CallPage
  page.exporter.pause()
}

/** The idiom of many an app. */
export function flushBeforeUnload(): void {
  const page = window as unknown as CallPage
  addEventListener('beforeunload', () => void page.exporter.flush())
}

/** Resolves when two connections of this page talk to each other, and the exporter monitors both. */
export async function startCall({ signalEveryMs }: CallParts): Promise<void> {
  const page = window as unknown as CallPage
  const [alice, bob] = [new RTCPeerConnection(), new RTCPeerConnection()]
  const audio = new AudioContext()
  const oscillator = audio.createOscillator()
  const microphone = audio.createMediaStreamDestination()
  oscillator.connect(microphone)
  oscillator.start()
  const [track] = microphone.stream.getAudioTracks()
  if (track) for (const pc of [alice, bob]) pc.addTrack(track, microphone.stream)
  alice.createDataChannel('chat')
  const pass = (from: RTCPeerConnection, to: RTCPeerConnection): void =>
    from.addEventListener('icecandidate', ({ candidate }) => {
      void to.addIceCandidate(candidate ?? undefined)
    })
  pass(alice, bob)
  pass(bob, alice)
  page.exporter.addPeer({ peerId: 'alice', pc: alice })
  page.exporter.addPeer({ peerId: 'bob', pc: bob })
  await alice.setLocalDescription()
  await bob.setRemoteDescription(alice.localDescription ?? { type: 'offer' })
  await bob.setLocalDescription()
  await alice.setRemoteDescription(bob.localDescription ?? { type: 'answer' })
  await new Promise<void>((resolve) => {
    const check = (): void => {
      if (alice.connectionState === 'connected') resolve()
    }
    alice.addEventListener('connectionstatechange', check)
    check()
  })

  // An offer that is taken back: the state changes twice, and nothing is negotiated.
  const signal = async (): Promise<void> => {
    if (alice.signalingState === 'stable') await alice.setLocalDescription()
    else await alice.setLocalDescription({ type: 'rollback' })
  }
  const signalling = signalEveryMs > 0 ? setInterval(() => void signal(), signalEveryMs) : 0
  page.hangUp = () => {
    clearInterval(signalling)
    track?.stop()
    void audio.close()
    alice.close()
    bob.close()
  }
}

export function hangUpCall(): void {
  const page = window as unknown as CallPage
  page.hangUp()
}

/** Resolves when the worker does nothing any more but spin, for so long. */
export async function occupyWorker(channelName: string, spinMs: number): Promise<void> {
  const channel = new BroadcastChannel(channelName)
  await new Promise<void>((resolve) => {
    channel.addEventListener('message', () => resolve())
    channel.postMessage(spinMs)
  })
  channel.close()
}

/** Notes from now on when a timer of the page fires, and when a connection is read. */
export function recordTimes(timerMs: number): void {
  const page = window as unknown as CallPage
  const times: Times = { timers: [], polls: [] }
  page.times = times
  setInterval(() => times.timers.push(Date.now()), timerMs)
  page.exporter.on('stats', ({ peerId, timestamp }) => {
    if (peerId === 'alice') times.polls.push(Date.parse(timestamp))
  })
}

export function recordedTimes(): Times {
  const page = window as unknown as CallPage
  return page.times
}

export function watchComeBack(): void {
  const page = window as unknown as CallPage
  page.hasComeBack = false
  addEventListener('pageshow', ({ persisted }) => (page.hasComeBack ||= persisted))
}

/** Null in a page that was loaded instead. */
export function hasComeBack(): boolean | null {
  const page = window as unknown as Partial<CallPage>
  return page.hasComeBack ?? null
}

/** What kept it out of the cache, or put it out of it. */
export function whyNotRestored(): string {
  const [entry] = performance.getEntriesByType('navigation')
  return JSON.stringify((entry as { notRestoredReasons?: unknown } | undefined)?.notRestoredReasons)
}

/** Resolves when all that was captured is stored. */
export async function storeExporter(): Promise<void> {
  const page = window as unknown as CallPage
  await page.exporter.queue
}

export async function destroyExporter(): Promise<void> {
  const page = window as unknown as CallPage
  await page.exporter.destroy()
}
