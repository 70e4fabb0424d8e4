// The script of the call: a sends audio, video and messages to b, and goes through what happens to calls.
import type { Stat } from '../../../src/stats.ts'
import { sleep } from './recorder.ts'
import type { Recorder } from './recorder.ts'
import { openCamera, openMicrophone } from './tracks.ts'

/** Longer than the 10 s from which on an interval counts as a gap. */
const GAP_MS = 12_000
const MESSAGE_MS = 500

export async function recordCall(recorder: Recorder): Promise<void> {
  const [a, b] = [new RTCPeerConnection(), new RTCPeerConnection()]
  const microphone = await openMicrophone()
  const audio = a.addTransceiver(microphone)
  const video = a.addTransceiver(openCamera(640, 360))
  const stopMessages = exchangeMessages(a, b)
  trickle(a, b)
  trickle(b, a)
  recorder.add('a', a)
  recorder.add('b', b)

  recorder.step('offer')
  await negotiate(a, b)
  await recorder.poll(4)
  recorder.step('mute audio track.enabled=false')
  microphone.enabled = false
  await recorder.poll(3)
  recorder.step('unmute audio')
  microphone.enabled = true
  await recorder.poll(2)
  recorder.step('replaceTrack video (canvas 320x240)')
  await video.sender.replaceTrack(openCamera(320, 240))
  await recorder.poll(2)
  recorder.step('encoding active=false')
  await setActive(video.sender, false)
  await recorder.poll(3)
  recorder.step('encoding active=true')
  await setActive(video.sender, true)
  await recorder.poll(2)
  recorder.step('ICE restart')
  a.restartIce()
  await negotiate(a, b)
  await recorder.poll(2)
  recorder.step('gap begins')
  await sleep(GAP_MS)
  recorder.step('gap ends')
  await recorder.poll(2)
  // The first m-line carries the bundle: without it the others get another transport.
  recorder.step('transceiver audio stop + renegotiate')
  audio.stop()
  await negotiate(a, b)
  await recorder.poll(1)
  const received = await packetsReceived(b)
  await recorder.poll(3)
  const isAlive = (await packetsReceived(b)) > received
  stopMessages()
  a.close()
  b.close()
  recorder.step('closed')
  // Firefox 153 sends no media over the new transport in three calls of four.
  if (!isAlive) throw new Error('the new transport: expected packets, got none')
}

async function packetsReceived(pc: RTCPeerConnection): Promise<number> {
  const stats = [...(await pc.getStats()).values()] as Stat[] // typed as a bare Map by the DOM
  return stats.reduce(
    (sum, stat) => sum + Number(stat.type === 'inbound-rtp' ? stat['packetsReceived'] : 0),
    0,
  )
}

/** As they are found. Offer and answer come before them, for both sides chain what they are asked. */
export function trickle(from: RTCPeerConnection, to: RTCPeerConnection): void {
  from.addEventListener('icecandidate', ({ candidate }) => {
    if (to.signalingState !== 'closed') void to.addIceCandidate(candidate ?? undefined)
  })
}

export async function negotiate(a: RTCPeerConnection, b: RTCPeerConnection): Promise<void> {
  await a.setLocalDescription()
  await b.setRemoteDescription(a.localDescription ?? { type: 'offer' })
  await b.setLocalDescription()
  await a.setRemoteDescription(b.localDescription ?? { type: 'answer' })
}

/** Two a second there, and as many back. Returns what ends it. */
export function exchangeMessages(a: RTCPeerConnection, b: RTCPeerConnection): () => void {
  const channel = a.createDataChannel('messages')
  b.addEventListener('datachannel', ({ channel: far }) => {
    far.addEventListener('message', () => far.send('b'.repeat(60)))
  })
  const timer = setInterval(() => {
    if (channel.readyState === 'open') channel.send('a'.repeat(100))
  }, MESSAGE_MS)
  return () => clearInterval(timer)
}

async function setActive(sender: RTCRtpSender, isActive: boolean): Promise<void> {
  const parameters = sender.getParameters()
  for (const encoding of parameters.encodings) encoding.active = isActive
  await sender.setParameters(parameters)
}
