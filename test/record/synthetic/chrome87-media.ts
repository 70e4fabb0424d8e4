// What Chrome 87 says of audio and video: the streams carry packets, the tracks frames, samples, levels and freezes.
import { counter, pollAt, sum } from './synthesize.ts'
import type { Shape } from './synthesize.ts'

const TRANSPORT = { transportId: 'RTCTransport_0_1' }
const AUDIO = { kind: 'audio', mediaType: 'audio', ...TRANSPORT, isRemote: false }
const VIDEO = { kind: 'video', mediaType: 'video', ...TRANSPORT, isRemote: false }
const CODECS = [
  { name: 'audio', mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000 },
  { name: 'video', mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 },
]

/** The picture freezes at the fourth poll: no frame is decoded; the sound is concealed. */
const isFrozen = (poll: number): boolean => poll === 4
const framesAt = (poll: number): number => counter(300, 30, poll) - (isFrozen(poll) ? 30 : 0)

/** Of one poll: the codecs, and both directions of both kinds. */
export function media(poll: number): Shape[] {
  return [...codecs(), ...sent(poll), ...received(poll), ...reported(poll)]
}

function codecs(): Shape[] {
  return CODECS.flatMap(({ name, ...codec }) =>
    ['Inbound', 'Outbound'].map((direction) => ({
      id: `RTCCodec_${name}_${direction}_${codec.payloadType}`,
      type: 'codec',
      ...codec,
    })),
  )
}

function sent(poll: number): Shape[] {
  const frames = counter(300, 30, poll)
  return [
    {
      id: 'RTCMediaStream_own',
      type: 'stream',
      streamIdentifier: 'own',
      trackIds: ['RTCMediaStreamTrack_sender_1', 'RTCMediaStreamTrack_sender_2'],
    },
    {
      id: 'RTCAudioSource_1',
      type: 'media-source',
      kind: 'audio',
      trackIdentifier: 'mic',
      audioLevel: 0.1,
      totalAudioEnergy: sum(0.1, 0.01, poll),
      totalSamplesDuration: sum(10, 1, poll),
    },
    {
      id: 'RTCVideoSource_2',
      type: 'media-source',
      kind: 'video',
      trackIdentifier: 'cam',
      width: 640,
      height: 360,
      framesPerSecond: 30,
    },
    {
      id: 'RTCMediaStreamTrack_sender_1',
      type: 'track',
      kind: 'audio',
      trackIdentifier: 'mic',
      mediaSourceId: 'RTCAudioSource_1',
      remoteSource: false,
      ended: false,
      detached: false,
      echoReturnLoss: -30,
      echoReturnLossEnhancement: 0.17551203072071075,
    },
    {
      id: 'RTCMediaStreamTrack_sender_2',
      type: 'track',
      kind: 'video',
      trackIdentifier: 'cam',
      mediaSourceId: 'RTCVideoSource_2',
      remoteSource: false,
      ended: false,
      detached: false,
      frameWidth: 640,
      frameHeight: 360,
      framesSent: frames,
      hugeFramesSent: 1,
    },
    {
      id: 'RTCOutboundRTPAudioStream_1001',
      type: 'outbound-rtp',
      ...AUDIO,
      ssrc: 1001,
      trackId: 'RTCMediaStreamTrack_sender_1',
      mediaSourceId: 'RTCAudioSource_1',
      remoteId: 'RTCRemoteInboundRtpAudioStream_1001',
      codecId: 'RTCCodec_audio_Outbound_111',
      packetsSent: counter(500, 50, poll),
      bytesSent: counter(40_000, 4000, poll),
      headerBytesSent: counter(14_000, 1400, poll),
      retransmittedPacketsSent: 0,
      retransmittedBytesSent: 0,
    },
    {
      id: 'RTCOutboundRTPVideoStream_1002',
      type: 'outbound-rtp',
      ...VIDEO,
      ssrc: 1002,
      trackId: 'RTCMediaStreamTrack_sender_2',
      mediaSourceId: 'RTCVideoSource_2',
      remoteId: 'RTCRemoteInboundRtpVideoStream_1002',
      codecId: 'RTCCodec_video_Outbound_96',
      packetsSent: counter(900, 90, poll),
      bytesSent: counter(850_000, 85_000, poll),
      headerBytesSent: counter(25_000, 2500, poll),
      retransmittedPacketsSent: 0,
      retransmittedBytesSent: 0,
      framesEncoded: frames,
      keyFramesEncoded: 3,
      totalEncodeTime: sum(1.2, 0.12, poll),
      totalEncodedBytesTarget: 0,
      totalPacketSendDelay: sum(2, 0.25, poll),
      qualityLimitationReason: 'none',
      qualityLimitationResolutionChanges: 0,
      encoderImplementation: 'libvpx',
      firCount: 0,
      pliCount: 1,
      nackCount: 0,
      qpSum: counter(7200, 720, poll),
    },
  ]
}

function received(poll: number): Shape[] {
  const isAfterFreeze = poll > 4
  return [
    {
      id: 'RTCMediaStream_far',
      type: 'stream',
      streamIdentifier: 'far',
      trackIds: ['RTCMediaStreamTrack_receiver_3', 'RTCMediaStreamTrack_receiver_4'],
    },
    {
      id: 'RTCMediaStreamTrack_receiver_3',
      type: 'track',
      kind: 'audio',
      trackIdentifier: 'far-mic',
      remoteSource: true,
      ended: false,
      detached: false,
      audioLevel: 0.08,
      totalAudioEnergy: sum(0.06, 0.0064, poll),
      totalSamplesDuration: sum(10, 1, poll),
      totalSamplesReceived: counter(480_000, 48_000, poll),
      jitterBufferDelay: sum(20_000, 1920, poll),
      jitterBufferEmittedCount: counter(480_000, 48_000, poll),
      concealedSamples: poll < 4 ? 960 : 5760,
      silentConcealedSamples: 480,
      concealmentEvents: poll < 4 ? 2 : 3,
      insertedSamplesForDeceleration: 0,
      removedSamplesForAcceleration: 120,
    },
    {
      id: 'RTCMediaStreamTrack_receiver_4',
      type: 'track',
      kind: 'video',
      trackIdentifier: 'far-cam',
      remoteSource: true,
      ended: false,
      detached: false,
      frameWidth: 640,
      frameHeight: 360,
      framesReceived: counter(304, 30, poll),
      framesDecoded: framesAt(poll),
      framesDropped: isAfterFreeze ? 3 : 1,
      jitterBufferDelay: sum(0, 0.04, framesAt(poll)),
      jitterBufferEmittedCount: framesAt(poll),
      freezeCount: isAfterFreeze ? 1 : 0,
      pauseCount: 0,
      totalFreezesDuration: isAfterFreeze ? 1.1 : 0,
      totalPausesDuration: 0,
      totalFramesDuration: sum(10, 1, poll),
      sumOfSquaredFramesDuration: sum(0.34, 0.034, poll),
    },
    {
      id: 'RTCInboundRTPAudioStream_3001',
      type: 'inbound-rtp',
      ...AUDIO,
      ssrc: 3001,
      trackId: 'RTCMediaStreamTrack_receiver_3',
      codecId: 'RTCCodec_audio_Inbound_111',
      packetsReceived: counter(500, 50, poll),
      fecPacketsReceived: 0,
      fecPacketsDiscarded: 0,
      bytesReceived: counter(40_000, 4000, poll),
      headerBytesReceived: counter(14_000, 1400, poll),
      // Seconds of a clock of its own, not the milliseconds since the epoch of today.
      lastPacketReceivedTimestamp: sum(276_611.627, 1, poll),
      packetsLost: poll < 4 ? 0 : 5,
      jitter: 0.004,
    },
    {
      id: 'RTCInboundRTPVideoStream_3002',
      type: 'inbound-rtp',
      ...VIDEO,
      ssrc: 3002,
      trackId: 'RTCMediaStreamTrack_receiver_4',
      codecId: 'RTCCodec_video_Inbound_96',
      packetsReceived: counter(1300, 130, poll),
      bytesReceived: counter(1_300_000, 130_000, poll),
      headerBytesReceived: counter(31_200, 3120, poll),
      lastPacketReceivedTimestamp: sum(276_611.63, 1, poll),
      packetsLost: poll < 4 ? 1 : 9,
      framesDecoded: framesAt(poll),
      keyFramesDecoded: isAfterFreeze ? 4 : 3,
      totalDecodeTime: sum(0, 0.003, framesAt(poll)),
      totalInterFrameDelay: sum(10, 1, poll),
      totalSquaredInterFrameDelay: sum(0.34, 0.034, poll),
      decoderImplementation: 'libvpx',
      firCount: 0,
      pliCount: isAfterFreeze ? 2 : 1,
      nackCount: poll < 4 ? 1 : 6,
      qpSum: counter(0, 20, framesAt(poll)),
    },
  ]
}

/** What the other side said; of what it sent, Chrome said nothing then. */
function reported(poll: number): Shape[] {
  return [
    {
      id: 'RTCRemoteInboundRtpAudioStream_1001',
      type: 'remote-inbound-rtp',
      kind: 'audio',
      ...TRANSPORT,
      timestamp: pollAt(Math.floor(poll / 4) * 4) - 400,
      ssrc: 1001,
      codecId: 'RTCCodec_audio_Outbound_111',
      localId: 'RTCOutboundRTPAudioStream_1001',
      packetsLost: 2,
      jitter: 0.005,
      roundTripTime: 0.062,
    },
    {
      id: 'RTCRemoteInboundRtpVideoStream_1002',
      type: 'remote-inbound-rtp',
      kind: 'video',
      ...TRANSPORT,
      timestamp: pollAt(poll) - 150,
      ssrc: 1002,
      codecId: 'RTCCodec_video_Outbound_96',
      localId: 'RTCOutboundRTPVideoStream_1002',
      packetsLost: counter(1, 1, poll),
      jitter: 0.007,
      roundTripTime: 0.064,
    },
  ]
}
