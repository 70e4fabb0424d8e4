// Chrome 87: much of what is measured stands in stats of type `track`, which the streams point to with `trackId`.
import type { Series } from '../series.ts'
import { media } from './chrome87-media.ts'
import { counter, sum, synthesize } from './synthesize.ts'
import type { Shape } from './synthesize.ts'

const POLLS = 8
const USER_AGENT =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/87.0.4280.66 Safari/537.36'

const TRANSPORT = { transportId: 'RTCTransport_0_1' }

/** Eight reports of one connection. */
export function chrome87(): Series {
  return synthesize('Chrome 87', USER_AGENT, POLLS, (poll) => [...path(poll), ...media(poll)])
}

function path(poll: number): Shape[] {
  const bytes = {
    bytesSent: counter(180_000, 92_000, poll),
    bytesReceived: counter(560_000, 140_000, poll),
  }
  return [
    {
      id: 'RTCPeerConnection',
      type: 'peer-connection',
      dataChannelsOpened: 1,
      dataChannelsClosed: 0,
    },
    {
      id: 'RTCTransport_0_1',
      type: 'transport',
      ...bytes,
      packetsSent: counter(1700, 170, poll),
      packetsReceived: counter(5200, 190, poll),
      dtlsState: 'connected',
      selectedCandidatePairId: 'RTCIceCandidatePair_own_far',
      selectedCandidatePairChanges: 1,
      tlsVersion: 'FEFD',
      dtlsCipher: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
      srtpCipher: 'AEAD_AES_128_GCM',
    },
    {
      id: 'RTCIceCandidate_own',
      type: 'local-candidate',
      ...TRANSPORT,
      isRemote: false,
      networkType: 'wifi',
      ip: '192.0.2.4',
      port: 51_536,
      protocol: 'udp',
      relayProtocol: 'udp',
      candidateType: 'relay',
      priority: 41_885_439,
      deleted: false,
    },
    {
      id: 'RTCIceCandidate_far',
      type: 'remote-candidate',
      ...TRANSPORT,
      isRemote: true,
      ip: '203.0.113.3',
      port: 10_000,
      protocol: 'udp',
      candidateType: 'srflx',
      priority: 1_677_724_415,
      deleted: false,
    },
    {
      id: 'RTCIceCandidatePair_own_far',
      type: 'candidate-pair',
      ...TRANSPORT,
      ...bytes,
      localCandidateId: 'RTCIceCandidate_own',
      remoteCandidateId: 'RTCIceCandidate_far',
      state: 'succeeded',
      priority: 179_896_593_780_228_600,
      nominated: true,
      writable: true,
      availableOutgoingBitrate: 1_100_000,
      currentRoundTripTime: 0.06,
      totalRoundTripTime: sum(0.6, 0.06, Math.floor(poll / 2)),
      requestsReceived: counter(10, 1, Math.floor(poll / 2)),
      requestsSent: 1,
      responsesReceived: counter(10, 1, Math.floor(poll / 2)),
      responsesSent: counter(10, 1, Math.floor(poll / 2)),
      consentRequestsSent: counter(9, 1, Math.floor(poll / 2)),
    },
    {
      id: 'RTCDataChannel_1',
      type: 'data-channel',
      label: 'messages',
      protocol: '',
      datachannelid: 1,
      state: 'open',
      messagesSent: counter(10, 2, poll),
      bytesSent: counter(1000, 200, poll),
      messagesReceived: counter(10, 2, poll),
      bytesReceived: counter(600, 120, poll),
    },
  ]
}
