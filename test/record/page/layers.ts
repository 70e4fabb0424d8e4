// The script of the simulcast: c sends three layers of a video, and d receives each as a video of its own.
import { toLayers, toSections } from './simulcast.ts'
import type { Recorder } from './recorder.ts'
import { openCamera } from './tracks.ts'

/** Below 960x540 libwebrtc has no third layer. The bitrates are low, so that all come up within seconds. */
const [WIDTH, HEIGHT] = [960, 540]
const ENCODINGS: RTCRtpEncodingParameters[] = [
  { rid: 'q', scaleResolutionDownBy: 4, maxBitrate: 100_000 },
  { rid: 'h', scaleResolutionDownBy: 2, maxBitrate: 250_000 },
  { rid: 'f', scaleResolutionDownBy: 1, maxBitrate: 600_000 },
]

export async function recordLayers(recorder: Recorder): Promise<void> {
  const [c, d] = [new RTCPeerConnection(), new RTCPeerConnection()]
  const { sender } = c.addTransceiver(openCamera(WIDTH, HEIGHT), {
    direction: 'sendonly',
    sendEncodings: ENCODINGS,
  })
  recorder.add('c', c)
  recorder.add('d', d)

  recorder.step('simulcast offer (q, h, f)')
  const rids = ENCODINGS.map(({ rid = '' }) => rid)
  await c.setLocalDescription()
  await d.setRemoteDescription({ type: 'offer', sdp: toSections(await gathered(c), rids) })
  await d.setLocalDescription()
  await c.setRemoteDescription({ type: 'answer', sdp: toLayers(await gathered(d), rids) })
  await recorder.poll(7)
  recorder.step('simulcast layer f active=false')
  const parameters = sender.getParameters()
  for (const encoding of parameters.encodings) encoding.active = encoding.rid !== 'f'
  await sender.setParameters(parameters)
  await recorder.poll(3)
  c.close()
  d.close()
  recorder.step('simulcast closed')
}

/** The local description with all candidates inside: they would name m-lines that the other side has not. */
async function gathered(pc: RTCPeerConnection): Promise<string> {
  while (pc.iceGatheringState !== 'complete') {
    await new Promise((resolve) => {
      pc.addEventListener('icegatheringstatechange', resolve, { once: true })
    })
  }
  return pc.localDescription?.sdp ?? ''
}
