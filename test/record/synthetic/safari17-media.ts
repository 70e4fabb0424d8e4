// What Safari 17 says of audio and video: `kind` alone, no limits, freezes, targets of buffers, nor shares of loss.
import { counter, pollAt, sum } from './synthesize.ts'
import type { Shape } from './synthesize.ts'

const TRANSPORT = { transportId: 'T01' }
const AUDIO = { kind: 'audio', ...TRANSPORT, codecId: 'CIT01_111' }
const VIDEO = { kind: 'video', ...TRANSPORT, codecId: 'CIT01_96' }

/** From the fourth poll on there is less bandwidth: losses, and a smaller picture. */
export const isDegraded = (poll: number): boolean => poll >= 4

/** Of one poll: the codecs, and both directions of both kinds. */
export function media(poll: number): Shape[] {
  return [...codecs(), ...sent(poll), ...received(poll), ...reported(poll)]
}

function codecs(): Shape[] {
  return [
    {
      id: 'CIT01_111',
      type: 'codec',
      ...TRANSPORT,
      payloadType: 111,
      mimeType: 'audio/opus',
      clockRate: 48_000,
      channels: 2,
      sdpFmtpLine: 'minptime=10;useinbandfec=1',
    },
    {
      id: 'CIT01_96',
      type: 'codec',
      ...TRANSPORT,
      payloadType: 96,
      mimeType: 'video/H264',
      clockRate: 90_000,
      sdpFmtpLine: 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=640c1f',
    },
  ]
}

function sent(poll: number): Shape[] {
  return [
    {
      id: 'SA1',
      type: 'media-source',
      kind: 'audio',
      trackIdentifier: 'mic',
      audioLevel: 0.1,
      totalAudioEnergy: sum(0.1, 0.01, poll),
      totalSamplesDuration: sum(10, 1, poll),
    },
    {
      id: 'SV2',
      type: 'media-source',
      kind: 'video',
      trackIdentifier: 'cam',
      width: 1280,
      height: 720,
      frames: counter(300, 30, poll),
      framesPerSecond: 30,
    },
    {
      id: 'OT01A1001',
      type: 'outbound-rtp',
      ...AUDIO,
      ssrc: 1001,
      remoteId: 'RIA1001',
      mediaSourceId: 'SA1',
      packetsSent: counter(500, 50, poll),
      bytesSent: counter(40_000, 4000, poll),
      headerBytesSent: counter(14_000, 1400, poll),
      retransmittedPacketsSent: 0,
      retransmittedBytesSent: 0,
      nackCount: 0,
      targetBitrate: 32_000,
      totalPacketSendDelay: 0,
      active: true,
    },
    {
      id: 'OT01V1002',
      type: 'outbound-rtp',
      ...VIDEO,
      ssrc: 1002,
      remoteId: 'RIV1002',
      mediaSourceId: 'SV2',
      packetsSent: counter(900, 90, poll),
      bytesSent: counter(850_000, 85_000, poll),
      headerBytesSent: counter(25_000, 2500, poll),
      retransmittedPacketsSent: 0,
      retransmittedBytesSent: 0,
      targetBitrate: isDegraded(poll) ? 500_000 : 700_000,
      framesEncoded: counter(300, 30, poll),
      keyFramesEncoded: isDegraded(poll) ? 4 : 3,
      framesSent: counter(300, 30, poll),
      hugeFramesSent: 1,
      totalEncodeTime: sum(1.2, 0.12, poll),
      totalEncodedBytesTarget: counter(860_000, 86_000, poll),
      frameWidth: isDegraded(poll) ? 640 : 1280,
      frameHeight: isDegraded(poll) ? 360 : 720,
      framesPerSecond: 30,
      qualityLimitationResolutionChanges: isDegraded(poll) ? 1 : 0,
      totalPacketSendDelay: sum(2, 0.25, poll),
      firCount: 0,
      pliCount: isDegraded(poll) ? 2 : 1,
      nackCount: 0,
      qpSum: counter(7200, 720, poll),
      active: true,
    },
  ]
}

function received(poll: number): Shape[] {
  const last = { lastPacketReceivedTimestamp: pollAt(poll) - 5 }
  return [
    {
      id: 'IT01A3001',
      type: 'inbound-rtp',
      ...AUDIO,
      ...last,
      ssrc: 3001,
      remoteId: 'ROA3001',
      trackIdentifier: 'far-mic',
      jitter: 0.004,
      packetsLost: 0,
      packetsReceived: counter(500, 50, poll),
      packetsDiscarded: 0,
      fecPacketsReceived: 0,
      fecPacketsDiscarded: 0,
      bytesReceived: counter(40_000, 4000, poll),
      headerBytesReceived: counter(14_000, 1400, poll),
      jitterBufferDelay: sum(20_000, 1920, poll),
      jitterBufferEmittedCount: counter(480_000, 48_000, poll),
      totalSamplesReceived: counter(480_000, 48_000, poll),
      concealedSamples: isDegraded(poll) ? 1440 : 960,
      silentConcealedSamples: 480,
      concealmentEvents: isDegraded(poll) ? 3 : 2,
      insertedSamplesForDeceleration: 0,
      removedSamplesForAcceleration: 120,
      audioLevel: 0.08,
      totalAudioEnergy: sum(0.06, 0.0064, poll),
      totalSamplesDuration: sum(10, 1, poll),
    },
    {
      id: 'IT01V3002',
      type: 'inbound-rtp',
      ...VIDEO,
      ...last,
      ssrc: 3002,
      remoteId: 'ROV3002',
      trackIdentifier: 'far-cam',
      jitter: 0.006,
      packetsLost: isDegraded(poll) ? 3 : 1,
      packetsReceived: counter(1300, 130, poll),
      bytesReceived: counter(1_300_000, 130_000, poll),
      headerBytesReceived: counter(36_400, 3640, poll),
      jitterBufferDelay: sum(12, 1.2, poll),
      jitterBufferEmittedCount: counter(300, 30, poll),
      framesReceived: counter(300, 30, poll),
      framesDecoded: counter(299, 30, poll),
      keyFramesDecoded: 3,
      framesDropped: isDegraded(poll) ? 1 : 0,
      frameWidth: 1280,
      frameHeight: 720,
      framesPerSecond: 30,
      totalDecodeTime: sum(0.9, 0.09, poll),
      totalInterFrameDelay: sum(10, 1, poll),
      totalSquaredInterFrameDelay: sum(0.34, 0.034, poll),
      firCount: 0,
      pliCount: 1,
      nackCount: isDegraded(poll) ? 4 : 2,
      qpSum: counter(6000, 600, poll),
    },
  ]
}

/** What the other side said: of the audio every fourth second, of the video each second. */
function reported(poll: number): Shape[] {
  const audio = Math.floor(poll / 4) * 4
  const [audioAt, videoAt] = [pollAt(audio) - 400, pollAt(poll) - 150]
  return [
    {
      id: 'RIA1001',
      type: 'remote-inbound-rtp',
      ...AUDIO,
      timestamp: audioAt,
      ssrc: 1001,
      localId: 'OT01A1001',
      packetsLost: 2,
      jitter: 0.005,
      roundTripTime: 0.047,
    },
    {
      id: 'RIV1002',
      type: 'remote-inbound-rtp',
      ...VIDEO,
      timestamp: videoAt,
      ssrc: 1002,
      localId: 'OT01V1002',
      packetsLost: counter(1, 1, poll),
      jitter: 0.007,
      roundTripTime: 0.049,
    },
    {
      id: 'ROA3001',
      type: 'remote-outbound-rtp',
      ...AUDIO,
      timestamp: audioAt,
      ssrc: 3001,
      localId: 'IT01A3001',
      remoteTimestamp: audioAt - 15,
      packetsSent: counter(480, 50, audio),
      bytesSent: counter(38_400, 4000, audio),
      reportsSent: counter(2, 1, audio / 4),
    },
    {
      id: 'ROV3002',
      type: 'remote-outbound-rtp',
      ...VIDEO,
      timestamp: videoAt,
      ssrc: 3002,
      localId: 'IT01V3002',
      remoteTimestamp: videoAt - 15,
      packetsSent: counter(1290, 130, poll),
      bytesSent: counter(1_290_000, 130_000, poll),
      reportsSent: counter(10, 1, poll),
    },
  ]
}
