// What runs in a page with a live call: each function is sent there as text (`call`), and stands on its arguments alone.
import type { ExporterOptions, PageItem, WebRTCExporter } from '../../src/index.ts'

/** What the page has on its window. */
interface CallPage {
  readonly WebRTCExporter: typeof WebRTCExporter
  exporter: WebRTCExporter
  hangUp: () => void
  /** The binding: what the worker has given back. */
  tellCaptured?: (text: string) => void
}

/** An item that the worker has given back, as the binding tells of it. */
export type CapturedText = readonly [isWorkers: boolean, event: string, tag: string, seq: number]

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
    const told: CapturedText = [event === 'dropped' && tag === 'exporter', event, tag, seq]
    page.tellCaptured?.(JSON.stringify(told))
  })
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

export async function flushExporter(): Promise<void> {
  const page = window as unknown as CallPage
  await page.exporter.flush()
}

export async function destroyExporter(): Promise<void> {
  const page = window as unknown as CallPage
  await page.exporter.destroy()
}
