// Stands in for a mediasoup server: plain connections in this page, with their parameters as a server would say them.
import type { types } from 'mediasoup-client'
import { gathered } from '../../loopback.ts'

type Parameters = Pick<types.TransportOptions, 'iceParameters' | 'iceCandidates' | 'dtlsParameters'>

interface FarEnd {
  readonly parameters: Parameters
  /** Takes in what the client has said: a real server gets it with `connect` and `produce`. */
  accept(client: RTCPeerConnection): Promise<void>
}

const VP8 = { mimeType: 'video/VP8', clockRate: 90_000 }

export const routerRtpCapabilities: types.RtpCapabilities = {
  codecs: [{ ...VP8, kind: 'video', preferredPayloadType: 96 }],
}

/** Takes what the client sends. */
export async function createReceiver(): Promise<FarEnd> {
  const pc = new RTCPeerConnection()
  pc.addTransceiver('video', { direction: 'recvonly' })
  return farEnd(pc, await offer(pc))
}

/** Sends to the client. */
export async function createSender(
  stream: MediaStream,
): Promise<FarEnd & { readonly rtpParameters: types.RtpParameters }> {
  const pc = new RTCPeerConnection()
  for (const track of stream.getTracks()) {
    pc.addTransceiver(track, { direction: 'sendonly', streams: [stream] })
  }
  const sdp = await offer(pc)
  const rtpParameters = {
    mid: '0',
    codecs: [{ ...VP8, payloadType: Number(find(sdp, /a=rtpmap:(\d+) VP8\//)) }],
    encodings: [{ ssrc: Number(find(sdp, /a=ssrc:(\d+) cname/)) }],
    rtcp: { cname: find(sdp, /cname:(\S+)/) },
  }
  return { ...farEnd(pc, sdp), rtpParameters }
}

async function offer(pc: RTCPeerConnection): Promise<string> {
  await pc.setLocalDescription()
  return (await gathered(pc)).sdp
}

function farEnd(pc: RTCPeerConnection, sdp: string): FarEnd {
  return {
    parameters: parametersOf(sdp),
    async accept(client) {
      const local = (await gathered(client)).sdp
      // To the client its description was an offer; here each is the answer of the DTLS client.
      const answer = local.replaceAll('a=setup:actpass', 'a=setup:active')
      await pc.setRemoteDescription({ type: 'answer', sdp: answer })
    },
  }
}

function parametersOf(sdp: string): Parameters {
  const value = find(sdp, /a=fingerprint:sha-256 (\S+)/)
  const usernameFragment = find(sdp, /a=ice-ufrag:(\S+)/)
  const candidates = [...sdp.matchAll(/a=(candidate:.* typ host.*)/g)].map(
    ([, candidate = '']) => new RTCIceCandidate({ candidate, sdpMid: '0' }),
  )
  return {
    iceParameters: { usernameFragment, password: find(sdp, /a=ice-pwd:(\S+)/) },
    iceCandidates: candidates.map(({ foundation, priority, address, port, protocol }) => ({
      foundation: foundation ?? '',
      priority: priority ?? 0,
      ip: address ?? '',
      address: address ?? '',
      port: port ?? 0,
      protocol: protocol ?? 'udp',
      type: 'host',
    })),
    dtlsParameters: { role: 'auto', fingerprints: [{ algorithm: 'sha-256', value }] },
  }
}

function find(sdp: string, pattern: RegExp): string {
  const [, found] = pattern.exec(sdp) ?? []
  if (found === undefined) throw new Error(`${pattern} is not in the description`)
  return found
}
