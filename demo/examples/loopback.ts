// What the examples' pages share: a real call inside one page, and a number to show of it.

export type Connections = Readonly<Record<string, RTCPeerConnection>>

/** As much of a `stats` item as is read here: its own type is the library's `StatsItem`. */
interface Reading {
  readonly data: {
    readonly video?: { readonly outbound: readonly { readonly id: string }[] }
    readonly metrics: Readonly<Record<string, { readonly bitrate?: number }>>
  }
}

/** Where the items go: `?url=` of the page, or the collector of this repo. */
export const url: string =
  new URLSearchParams(location.search).get('url') ?? 'http://127.0.0.1:8787/ingest'

/** A moving picture that needs no camera. It stops with its track. */
export function createVideo(): MediaStream {
  const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 240 })
  const context = canvas.getContext('2d')
  const stream = canvas.captureStream(25)
  const timer = setInterval(() => {
    if (stream.getTracks().every(({ readyState }) => readyState === 'ended')) clearInterval(timer)
    if (!context) return
    context.fillStyle = `hsl(${performance.now() / 10} 80% 50%)`
    context.fillRect(Math.random() * 280, Math.random() * 200, 40, 40)
  }, 40)
  return stream
}

/** Two ends, each of which sends a video to the other. Nothing is negotiated before `connect`. */
export function createCall(): Connections & Record<'alice' | 'bob', RTCPeerConnection> {
  const call = { alice: new RTCPeerConnection(), bob: new RTCPeerConnection() }
  for (const pc of Object.values(call)) {
    const stream = createVideo()
    for (const track of stream.getTracks()) pc.addTrack(track, stream)
  }
  return call
}

export async function connect(alice: RTCPeerConnection, bob: RTCPeerConnection): Promise<void> {
  await alice.setLocalDescription()
  await bob.setRemoteDescription(await gathered(alice))
  await bob.setLocalDescription()
  await alice.setRemoteDescription(await gathered(bob))
}

export function hangUp(connections: Connections): void {
  for (const pc of Object.values(connections)) {
    for (const { track } of pc.getSenders()) track?.stop()
    pc.close()
  }
}

/** Once, when the page's button is clicked. */
export function onHangUp(leave: () => void): void {
  document.getElementById('toggle')?.addEventListener('click', leave, { once: true })
}

/** What one connection sends, of a `stats` item. Absent where it cannot be known yet. */
export function sentKbps({ data }: Reading): number | undefined {
  const bitrates = (data.video?.outbound ?? []).map(({ id }) => data.metrics[id]?.bitrate)
  const known = bitrates.filter((bitrate) => bitrate !== undefined)
  return known.length > 0 ? known.reduce((sum, bitrate) => sum + bitrate, 0) / 1000 : undefined
}

/** The local description with all candidates inside, so that nothing has to trickle. */
export async function gathered(pc: RTCPeerConnection): Promise<RTCSessionDescription> {
  if (pc.iceGatheringState !== 'complete') {
    await new Promise<void>((resolve) => {
      pc.addEventListener('icegatheringstatechange', () => {
        if (pc.iceGatheringState === 'complete') resolve()
      })
    })
  }
  if (!pc.localDescription) throw new Error('there is no local description yet')
  return pc.localDescription
}
