// What runs in the page whose heap is measured: each function is sent there as text, and stands on its arguments alone.
import type { WebRTCExporter } from '../../src/index.ts'

interface HeapPage {
  readonly WebRTCExporter: typeof WebRTCExporter
  exporter: WebRTCExporter
  pc: RTCPeerConnection
  polls: number
  /** What an app keeps of what it listens to: the newest. */
  newest: unknown
}

/** Audio and video both ways, between two connections of this page; resolves when they are connected. */
export async function startCall(): Promise<void> {
  const page = window as unknown as HeapPage
  const [a, b] = [new RTCPeerConnection(), new RTCPeerConnection()]
  const wanted = { audio: true, video: { width: 320, height: 180, frameRate: 10 } }
  for (const [pc, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const stream = await navigator.mediaDevices.getUserMedia(wanted)
    for (const track of stream.getTracks()) pc.addTrack(track, stream)
    pc.addEventListener('icecandidate', ({ candidate }) => {
      void other.addIceCandidate(candidate ?? undefined)
    })
    pc.addEventListener('track', ({ streams: [received] }) => {
      const video = Object.assign(document.createElement('video'), { autoplay: true, muted: true })
      video.srcObject = received ?? null
      document.body.append(video)
    })
  }
  await a.setLocalDescription()
  await b.setRemoteDescription(a.localDescription ?? { type: 'offer' })
  await b.setLocalDescription()
  await a.setRemoteDescription(b.localDescription ?? { type: 'answer' })
  while (a.connectionState !== 'connected') await new Promise((resolve) => setTimeout(resolve, 50))
  const read = a.getStats.bind(a)
  page.pc = a
  page.polls = 0
  a.getStats = (...args: []) => {
    page.polls++
    return read(...args)
  }
}

/** From now on the call is read by nobody of ours: what grows then is the browser's. */
export function pollAlone(everyMs: number): void {
  const page = window as unknown as HeapPage
  setInterval(() => void page.pc.getStats(), everyMs)
}

export function startExporter(everyMs: number, isListening: boolean): void {
  const page = window as unknown as HeapPage
  page.exporter = new page.WebRTCExporter({ url: '/run-heap/ingest', getStatsInterval: everyMs })
  if (isListening) {
    page.exporter.on('stats', (item) => (page.newest = item))
    page.exporter.on('timeline', (item) => (page.newest = item))
  }
  page.exporter.addPeer({ peerId: 'alice', pc: page.pc })
}

export function pollsSoFar(): number {
  return (window as unknown as HeapPage).polls
}

/** So many connections that come and go, ten at a time. */
export async function comeAndGo(count: number, isExported: boolean): Promise<void> {
  const { exporter } = window as unknown as HeapPage
  for (let done = 0; done < count; done += 10) {
    const peers = Array.from({ length: 10 }, (_, index) => ({
      peerId: `guest-${done + index}`,
      pc: new RTCPeerConnection(),
    }))
    for (const peer of peers) if (isExported) exporter.addPeer(peer)
    for (const { pc } of peers) pc.createDataChannel('chat')
    await Promise.all(peers.map(({ pc }) => pc.setLocalDescription()))
    await new Promise((resolve) => setTimeout(resolve, 100))
    for (const { peerId } of peers) if (isExported) exporter.removePeer(peerId)
    for (const { pc } of peers) pc.close()
  }
  await new Promise((resolve) => setTimeout(resolve, 1000))
}

/** So many exporters, one after the other, on the connection of the call. */
export async function createAndDestroy(count: number): Promise<void> {
  const page = window as unknown as HeapPage
  for (let done = 0; done < count; done++) {
    const exporter = new page.WebRTCExporter({ url: '/run-heap/ingest', getStatsInterval: 100 })
    exporter.on('timeline', () => {})
    exporter.addPeer({ peerId: 'alice', pc: page.pc })
    await new Promise((resolve) => setTimeout(resolve, 500))
    await exporter.destroy()
  }
}
