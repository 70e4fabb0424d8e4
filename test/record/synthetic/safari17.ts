// Safari 17 in a call over a TURN relay (TLS), audio and video both ways: METRICS A.3, "Safari 17.0".
import type { Series } from '../series.ts'
import { isDegraded, media } from './safari17-media.ts'
import { counter, sum, synthesize } from './synthesize.ts'
import type { Shape } from './synthesize.ts'

const POLLS = 8
const USER_AGENT =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Safari/605.1.15'

const OWN = Array.from({ length: 32 }, (_, index) => `A${(index % 16).toString(16)}`)
const FAR = OWN.toReversed()
const [OWN_FINGERPRINT, FAR_FINGERPRINT] = [OWN, FAR].map((pairs) => pairs.join(':').toUpperCase())
const TRANSPORT = { transportId: 'T01' }

/** Eight reports of one connection. */
export function safari17(): Series {
  return synthesize('Safari 17', USER_AGENT, POLLS, (poll) => [...path(poll), ...media(poll)])
}

function path(poll: number): Shape[] {
  const bytes = {
    bytesSent: counter(180_000, 92_000, poll),
    bytesReceived: counter(560_000, 140_000, poll),
  }
  return [
    { id: 'P', type: 'peer-connection', dataChannelsOpened: 1, dataChannelsClosed: 0 },
    ...[OWN_FINGERPRINT, FAR_FINGERPRINT].map((fingerprint) => ({
      id: `CF${fingerprint}`,
      type: 'certificate',
      fingerprint,
      fingerprintAlgorithm: 'sha-256',
      base64Certificate: 'REDACTED',
    })),
    {
      id: 'T01',
      type: 'transport',
      ...bytes,
      dtlsState: 'connected',
      selectedCandidatePairId: 'CPrelay_peer',
      localCertificateId: `CF${OWN_FINGERPRINT}`,
      remoteCertificateId: `CF${FAR_FINGERPRINT}`,
      tlsVersion: 'FEFD',
      dtlsCipher: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
      srtpCipher: 'AES_CM_128_HMAC_SHA1_80',
    },
    {
      id: 'Irelay',
      type: 'local-candidate',
      ...TRANSPORT,
      address: '198.51.100.23',
      port: 50_002,
      protocol: 'udp',
      candidateType: 'relay',
      // Of libwebrtc: 0 in the first byte is a relay over TLS.
      priority: 8_331_007,
      url: 'turns:turn.example.org:443?transport=tcp',
      foundation: '3371294812',
      usernameFragment: 'sYnL',
    },
    {
      id: 'Ipeer',
      type: 'remote-candidate',
      ...TRANSPORT,
      address: '203.0.113.77',
      port: 50_004,
      protocol: 'udp',
      candidateType: 'srflx',
      priority: 1_686_052_607,
      foundation: '1052730427',
      usernameFragment: 'sYnR',
    },
    {
      id: 'CPrelay_peer',
      type: 'candidate-pair',
      ...TRANSPORT,
      ...bytes,
      localCandidateId: 'Irelay',
      remoteCandidateId: 'Ipeer',
      state: 'succeeded',
      priority: 35_781_405_963_195_904,
      nominated: true,
      // A check every other second.
      currentRoundTripTime: Math.floor(poll / 2) % 2 === 0 ? 0.045 : 0.052,
      totalRoundTripTime: sum(0.45, 0.045, Math.floor(poll / 2)),
      availableOutgoingBitrate: isDegraded(poll) ? 700_000 : 1_200_000,
      requestsReceived: counter(10, 1, Math.floor(poll / 2)),
      requestsSent: counter(10, 1, Math.floor(poll / 2)),
      responsesReceived: counter(10, 1, Math.floor(poll / 2)),
      responsesSent: counter(10, 1, Math.floor(poll / 2)),
    },
    {
      id: 'D1',
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
