// Both ends of a call; each runs in a renderer of its own, and Node carries what they tell each other.
import type { Scenario } from '../scenarios.ts'

/** Small: what is measured is the reading of it. */
const MEDIA = {
  audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
  video: { width: 160, height: 120, frameRate: 10 },
}

/** The connections of this page, in the order in which they were made. */
export const pcs: RTCPeerConnection[] = []

/** As the browser has it, whoever wraps it later. */
const Native = globalThis.RTCPeerConnection

/** The far end offers, as a server of a conference does. */
export async function offer({ streams, connections }: Scenario): Promise<string[]> {
  const stream = await navigator.mediaDevices.getUserMedia(MEDIA)
  return Promise.all(
    Array.from({ length: connections }, async () => {
      const pc = open()
      for (const track of stream.getTracks()) {
        for (let n = 0; n < streams; n++) pc.addTransceiver(track, { streams: [stream] })
      }
      await pc.setLocalDescription()
      return described(pc)
    }),
  )
}

/** The page that is measured answers. */
export async function answer(offers: readonly string[], isTwoWay: boolean): Promise<string[]> {
  const own = isTwoWay ? await navigator.mediaDevices.getUserMedia(MEDIA) : null
  // Audio is decoded for a listener alone, video for nobody too.
  const heard = new MediaStream()
  const element = Object.assign(new Audio(), { srcObject: heard, volume: 0 })
  const answers = await Promise.all(
    offers.map(async (sdp) => {
      const pc = open()
      pc.addEventListener('track', ({ track }) => track.kind === 'audio' && heard.addTrack(track))
      for (const track of own?.getTracks() ?? []) pc.addTrack(track)
      await pc.setRemoteDescription({ type: 'offer', sdp })
      await pc.setLocalDescription()
      return described(pc)
    }),
  )
  void element.play().catch(() => {}) // it is decoded all the same, or the call says what is missing
  return answers
}

export async function accept(answers: readonly string[]): Promise<void> {
  await Promise.all(
    pcs.map((pc, index) => pc.setRemoteDescription({ type: 'answer', sdp: answers[index] ?? '' })),
  )
}

/** Inbound streams of which something has been decoded, those whose sender has reported, and all stats. */
export async function progress(): Promise<{ decoded: number; reported: number; stats: number }> {
  let [decoded, reported, stats] = [0, 0, 0]
  for (const pc of pcs) {
    const report = (await pc.getStats()) as unknown as ReadonlyMap<string, RTCInboundRtpStreamStats>
    stats += report.size
    for (const { type, framesDecoded, totalSamplesReceived } of report.values()) {
      if (type === 'inbound-rtp' && (framesDecoded ?? totalSamplesReceived ?? 0) > 0) decoded++
      if ((type as string) === 'remote-outbound-rtp') reported++
    }
  }
  return { decoded, reported, stats }
}

/** The connections stay. */
export async function stopMedia(): Promise<void> {
  for (const pc of pcs) {
    await Promise.all(pc.getSenders().map((sender) => sender.replaceTrack(null)))
  }
}

function open(): RTCPeerConnection {
  const pc = new Native()
  pcs.push(pc)
  return pc
}

/** With all candidates in it. */
async function described(pc: RTCPeerConnection): Promise<string> {
  if (pc.iceGatheringState !== 'complete') {
    await new Promise<void>((resolve) => {
      pc.addEventListener('icegatheringstatechange', () => {
        if (pc.iceGatheringState === 'complete') resolve()
      })
    })
  }
  return pc.localDescription?.sdp ?? ''
}
