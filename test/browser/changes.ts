// All that may happen to a call while it lasts: streams, channels, tracks and routes come and go, in an order that a seed gives.
import { createRandom } from '../crash/random.ts'
import type { Call } from './call.ts'
import { pause } from './run.ts'

export interface Change {
  readonly name: string
  happen(): unknown
}

/** So many streams that a report of each side has more than 64 stats. */
export const CROWD = 12

/** Every change once, those of one thing in their order. */
export function changesOf({ alice, bob }: Call, seed: number): Change[] {
  const random = createRandom(seed)
  const things = [
    channel(alice, bob),
    track(alice, bob),
    transceivers(alice, bob),
    direction(alice, bob),
    parameters(alice),
    routes(alice, bob),
    simulcast(alice, bob),
    crowd(alice, bob),
  ]
  const changes: Change[] = []
  while (things.length > 0) {
    const index = Math.floor(random.below(things.length))
    const change = things[index]?.shift()
    if (change) changes.push(change)
    else things.splice(index, 1)
  }
  return changes
}

type Adapt = (answer: RTCSessionDescriptionInit) => RTCSessionDescriptionInit

/** In the order in which no candidate comes before its description. */
async function negotiate(
  offerer: RTCPeerConnection,
  answerer: RTCPeerConnection,
  adapt: Adapt = (answer) => answer,
): Promise<void> {
  await offerer.setLocalDescription()
  await answerer.setRemoteDescription(offerer.localDescription ?? { type: 'offer' })
  await answerer.setLocalDescription()
  await offerer.setRemoteDescription(adapt(answerer.localDescription ?? { type: 'answer' }))
}

const senderOf = (pc: RTCPeerConnection, kind: string): RTCRtpSender => {
  const sender = pc.getSenders().find((each) => each.track?.kind === kind)
  if (!sender) throw new Error(`nothing of kind ${kind} is sent`)
  return sender
}

const trackOf = (pc: RTCPeerConnection, kind: string): MediaStreamTrack =>
  senderOf(pc, kind).track as MediaStreamTrack

function channel(alice: RTCPeerConnection, bob: RTCPeerConnection): Change[] {
  let open: RTCDataChannel
  return [
    {
      name: 'a data channel opens',
      async happen() {
        open = alice.createDataChannel('chat')
        open.addEventListener('open', () => open.send('hello'))
        await negotiate(alice, bob)
      },
    },
    { name: 'the data channel closes', happen: () => open.close() },
  ]
}

function track(alice: RTCPeerConnection, bob: RTCPeerConnection): Change[] {
  const sender = senderOf(alice, 'audio')
  const first = trackOf(alice, 'audio')
  return [
    {
      name: 'a track is replaced',
      happen: () => sender.replaceTrack(trackOf(bob, 'audio').clone()),
    },
    { name: 'a track is taken away', happen: () => sender.replaceTrack(null) },
    { name: 'the first track is back', happen: () => sender.replaceTrack(first) },
  ]
}

function transceivers(alice: RTCPeerConnection, bob: RTCPeerConnection): Change[] {
  const added: RTCRtpTransceiver[] = []
  const [audio, video] = [trackOf(bob, 'audio').clone(), trackOf(bob, 'video').clone()]
  return [
    {
      name: 'transceivers are added',
      async happen() {
        added.push(bob.addTransceiver(audio), bob.addTransceiver(video))
        await negotiate(bob, alice)
      },
    },
    {
      name: 'transceivers are stopped',
      async happen() {
        for (const transceiver of added) transceiver.stop()
        await negotiate(bob, alice)
      },
    },
  ]
}

function direction(alice: RTCPeerConnection, bob: RTCPeerConnection): Change[] {
  const sender = senderOf(bob, 'video')
  const turn = async (to: RTCRtpTransceiverDirection): Promise<void> => {
    const transceiver = bob.getTransceivers().find((each) => each.sender === sender)
    if (transceiver) transceiver.direction = to
    await negotiate(bob, alice)
  }
  return [
    { name: 'a direction ends', happen: () => turn('recvonly') },
    { name: 'a direction is back', happen: () => turn('sendrecv') },
  ]
}

function parameters(alice: RTCPeerConnection): Change[] {
  const sender = senderOf(alice, 'video')
  const activate = (active: boolean): Promise<void> => {
    const given = sender.getParameters()
    for (const encoding of given.encodings) encoding.active = active
    return sender.setParameters(given)
  }
  return [
    { name: 'an encoding is switched off', happen: () => activate(false) },
    { name: 'an encoding is switched on', happen: () => activate(true) },
  ]
}

const MOVE_LIMIT_MS = 2000

function routes(alice: RTCPeerConnection, bob: RTCPeerConnection): Change[] {
  const restart = async (one: RTCPeerConnection, other: RTCPeerConnection): Promise<void> => {
    const moved = Promise.all([one, other].map(nextPair))
    one.restartIce()
    await negotiate(one, other)
    // Chromium does not always say so on both sides: that there were other pairs is seen in what was read.
    await Promise.race([moved, pause(MOVE_LIMIT_MS)])
  }
  return [
    { name: 'one side restarts ICE', happen: () => restart(alice, bob) },
    { name: 'the other side restarts ICE', happen: () => restart(bob, alice) },
  ]
}

/** Another pair is in use. */
function nextPair(pc: RTCPeerConnection): Promise<unknown> {
  const transport = senderOf(pc, 'video').transport?.iceTransport
  return new Promise((resolve) => {
    transport?.addEventListener('selectedcandidatepairchange', resolve, { once: true })
  })
}

function simulcast(alice: RTCPeerConnection, bob: RTCPeerConnection): Change[] {
  const video = trackOf(alice, 'video').clone()
  const rids = ['q', 'h', 'f']
  return [
    {
      name: 'simulcast is sent',
      async happen() {
        const sendEncodings = rids.map((rid) => ({ rid }))
        const { sender } = alice.addTransceiver(video, { direction: 'sendonly', sendEncodings })
        const mid = () => alice.getTransceivers().find((each) => each.sender === sender)?.mid
        await negotiate(alice, bob, (answer) => takeSimulcast(answer, String(mid()), rids))
      },
    },
  ]
}

/** Chromium receives no simulcast by itself: that the far end takes it must be written into its answer. */
function takeSimulcast(
  { type, sdp = '' }: RTCSessionDescriptionInit,
  mid: string,
  rids: readonly string[],
): RTCSessionDescriptionInit {
  const lines = [...rids.map((rid) => `a=rid:${rid} recv`), `a=simulcast:recv ${rids.join(';')}`]
  return {
    type,
    sdp: sdp.replace(`a=mid:${mid}\r\n`, (line) => `${line}${lines.join('\r\n')}\r\n`),
  }
}

function crowd(alice: RTCPeerConnection, bob: RTCPeerConnection): Change[] {
  const added: RTCRtpTransceiver[] = []
  const microphone = trackOf(alice, 'audio').clone()
  const join = async (one: RTCPeerConnection, other: RTCPeerConnection): Promise<void> => {
    for (let index = 0; index < CROWD; index++) {
      added.push(one.addTransceiver(microphone, { direction: 'sendonly' }))
    }
    await negotiate(one, other)
  }
  return [
    { name: 'a crowd joins', happen: () => join(alice, bob) },
    { name: 'another crowd joins', happen: () => join(bob, alice) },
    {
      name: 'the crowds leave',
      async happen() {
        for (const transceiver of added) transceiver.stop()
        await negotiate(alice, bob)
        await negotiate(bob, alice)
      },
    },
  ]
}
