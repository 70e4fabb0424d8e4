// What runs in a participant's page: each function is sent there as text (`tab.call`), and stands on its arguments alone.
import type { ExporterOptions, WebRTCExporter } from '../../../src/index.ts'

/** What the page has on its window. */
interface ParticipantPage {
  readonly WebRTCExporter: typeof WebRTCExporter
  exporter: WebRTCExporter
  media: MediaStream
  /** The timer of the camera. */
  painting?: ReturnType<typeof setInterval>
  /** By the participant at the other end. */
  connections: Record<string, RTCPeerConnection>
  /** That they have been in. */
  states: RTCPeerConnectionState[]
}

export interface Camera {
  readonly width: number
  readonly height: number
  readonly fps: number
  /** bit/s, of each video that is sent. */
  readonly maxBitrate: number
}

/** Opens a microphone of Chromium's own, and makes an exporter. */
export async function startParticipant(options: ExporterOptions): Promise<void> {
  const page = window as unknown as ParticipantPage
  // To a page that may listen Chromium shows its addresses.
  page.media = await navigator.mediaDevices.getUserMedia({ audio: true })
  page.connections = {}
  page.states = []
  page.exporter = new page.WebRTCExporter(options)
}

/** Opens a camera of a canvas, in the place of the one before. */
export async function openCamera({ width, height, fps }: Camera): Promise<void> {
  const page = window as unknown as ParticipantPage
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  const picture = canvas.getContext('2d', { alpha: false })
  const paint = (): void => {
    if (!picture) return
    const seconds = performance.now() / 1000
    picture.fillStyle = `hsl(${(seconds * 20) % 360} 40% 40%)`
    picture.fillRect(0, 0, width, height)
    for (let ball = 0; ball < 24; ball++) {
      const x = ((Math.sin(seconds * (0.5 + ball / 5) + ball) + 1) / 2) * width
      const y = ((Math.cos(seconds * (0.7 + ball / 7) + ball) + 1) / 2) * height
      picture.fillStyle = `hsl(${ball * 15} 70% 60%)`
      picture.fillRect(x, y, height / 6, height / 6)
    }
  }
  paint()
  clearInterval(page.painting)
  page.painting = setInterval(paint, 1000 / fps)
  const [track] = canvas.captureStream(fps).getTracks()
  if (!track) throw new Error('camera: expected a track, got none')
  for (const before of page.media.getVideoTracks()) page.media.removeTrack(before)
  page.media.addTrack(track)
  for (const pc of Object.values(page.connections)) {
    const sender = pc.getSenders().find((one) => one.track?.kind === 'video')
    await sender?.replaceTrack(track)
  }
}

/** Nothing is negotiated yet. */
export function openConnection(
  own: { readonly peerId: string; readonly peerName: string },
  other: string,
  kinds: readonly string[],
  configuration: RTCConfiguration,
): void {
  const page = window as unknown as ParticipantPage
  const pc = new RTCPeerConnection(configuration)
  page.connections[other] = pc
  page.exporter.addPeer({ ...own, pc })
  pc.addEventListener('track', ({ track }) => {
    const element = document.createElement(track.kind === 'audio' ? 'audio' : 'video')
    element.srcObject = new MediaStream([track])
    document.body.append(element)
    void element.play()
  })
  pc.addEventListener('connectionstatechange', () => {
    page.states.push(pc.connectionState)
  })
  const tracks = page.media.getTracks().filter(({ kind }) => kinds.includes(kind))
  for (const track of tracks) pc.addTrack(track, page.media)
}

/** Returns the offer when all of its candidates are found. */
export async function offerTo(other: string, codec: string): Promise<string> {
  const page = window as unknown as ParticipantPage
  const pc = page.connections[other]
  if (!pc) throw new Error(`no connection to ${other}`)
  const video = pc.getTransceivers().find(({ sender }) => sender.track?.kind === 'video')
  const codecs = RTCRtpReceiver.getCapabilities('video')?.codecs ?? []
  const wanted = codecs.filter(({ mimeType }) => mimeType === `video/${codec}`)
  const rest = codecs.filter(({ mimeType }) => mimeType === 'video/rtx')
  video?.setCodecPreferences([...wanted, ...rest])
  await pc.setLocalDescription()
  await new Promise<void>((resolve) => {
    const check = (): void => {
      if (pc.iceGatheringState === 'complete') resolve()
    }
    pc.addEventListener('icegatheringstatechange', check)
    check()
  })
  return pc.localDescription?.sdp ?? ''
}

/** Returns the answer when all of its candidates are found. */
export async function answerTo(other: string, sdp: string): Promise<string> {
  const page = window as unknown as ParticipantPage
  const pc = page.connections[other]
  if (!pc) throw new Error(`no connection to ${other}`)
  await pc.setRemoteDescription({ type: 'offer', sdp })
  await pc.setLocalDescription()
  await new Promise<void>((resolve) => {
    const check = (): void => {
      if (pc.iceGatheringState === 'complete') resolve()
    }
    pc.addEventListener('icegatheringstatechange', check)
    check()
  })
  return pc.localDescription?.sdp ?? ''
}

/** The end of the negotiation, for who offered. */
export async function acceptFrom(other: string, sdp: string): Promise<void> {
  const page = window as unknown as ParticipantPage
  await page.connections[other]?.setRemoteDescription({ type: 'answer', sdp })
}

/** Holds each video that is sent there to the camera's rates. */
export async function limitVideo(other: string, { maxBitrate, fps }: Camera): Promise<void> {
  const page = window as unknown as ParticipantPage
  const senders = page.connections[other]?.getSenders() ?? []
  for (const sender of senders.filter(({ track }) => track?.kind === 'video')) {
    const parameters = sender.getParameters()
    for (const encoding of parameters.encodings) {
      Object.assign(encoding, { maxBitrate, maxFramerate: fps })
    }
    await sender.setParameters(parameters)
  }
}

/** From now on it looks for a path as configured. The next offer carries it. */
export function restartIce(other: string, configuration: RTCConfiguration): void {
  const page = window as unknown as ParticipantPage
  page.connections[other]?.setConfiguration(configuration)
  page.connections[other]?.restartIce()
}

/** Takes the sound off the microphone, or puts it on again. */
export function mute(isMuted: boolean): void {
  const page = window as unknown as ParticipantPage
  for (const track of page.media.getAudioTracks()) track.enabled = !isMuted
}

/** What its connections have been, so far. */
export function statesOf(): RTCPeerConnectionState[] {
  const page = window as unknown as ParticipantPage
  return page.states
}

/** Hangs up, and resolves when the exporter has sent what it can. */
export async function leave(): Promise<void> {
  const page = window as unknown as ParticipantPage
  await page.exporter.destroy()
  for (const pc of Object.values(page.connections)) pc.close()
}
