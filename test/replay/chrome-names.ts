// What chrome://webrtc-internals derives, in its names, and what that is in ours (METRICS A.4).

/** How near the two must be. */
type Nearness =
  /** Chrome rounds to a whole number. */
  | 'rounded'
  /** Relative: the same division of the same counters. */
  | 'ratio'
  /** As a ratio, but the root of a difference that may be next to nothing. */
  | 'deviation'

/** A series of Chrome that is a metric of ours in another unit. */
export interface Match {
  readonly metric: string
  /** Ours times this is Chrome's. */
  readonly factor: number
  readonly nearness: Nearness
  /** Chrome's series is to be divided by this one first: it derives a rate where we derive a share. */
  readonly per?: string
  /** Ours is the first metric without this one. */
  readonly less?: string
}

/** Why a series of Chrome is no metric of ours. */
export type Reason = string

const rounded = (metric: string): Match => ({ metric, factor: 1, nearness: 'rounded' })
const same = (metric: string): Match => ({ metric, factor: 1, nearness: 'ratio' })
/** Chrome's is in seconds. */
const seconds = (metric: string): Match => ({ metric, factor: 0.001, nearness: 'ratio' })
/** Chrome's is 0..1. */
const share = (metric: string): Match => ({ metric, factor: 0.01, nearness: 'ratio' })
const sampleShare = (metric: string): Match => ({
  ...share(metric),
  per: '[totalSamplesReceived/s]',
})

const TEXT: Reason = 'a text'
const ECN: Reason = 'ECN is no metric of A.4'
const NO_RATE: Reason = 'no metric of A.4'

const BITS_BOTH_WAYS = {
  '[bytesSent_in_bits/s]': rounded('sendBitrate'),
  '[bytesReceived_in_bits/s]': rounded('recvBitrate'),
}
const PACKETS_BOTH_WAYS = {
  '[packetsSent/s]': rounded('sendPacketRate'),
  '[packetsReceived/s]': rounded('recvPacketRate'),
}
const FAR_MARKS = {
  '[packetsReceivedWithEct1/s]': ECN,
  '[packetsReceivedWithCe/s]': ECN,
  '[packetsReceivedWithCe/totalEct1Packets]': ECN,
  '[packetsReportedAsLost/s]': ECN,
  '[packetsReportedAsLostButRecovered/s]': ECN,
}

/** By stats type and Chrome's name, as Chromium 156 has them. One that a later Chrome adds is in no list. */
export const CHROME_NAMES: Readonly<Record<string, Readonly<Record<string, Match | Reason>>>> = {
  'inbound-rtp': {
    '[bytesReceived_in_bits/s]': rounded('bitrate'),
    '[headerBytesReceived_in_bits/s]': rounded('headerBitrate'),
    '[retransmittedBytesReceived_in_bits/s]': rounded('retransmitBitrate'),
    '[fecBytesReceived_in_bits/s]': rounded('fecBitrate'),
    '[packetsReceived/s]': rounded('packetRate'),
    '[framesReceived/s]': same('fpsReceived'),
    '[framesReceived-framesDecoded-framesDropped]': same('framesInFlight'),
    '[framesDecoded/s]': same('fpsDecoded'),
    '[keyFramesDecoded/s]': same('keyFrameRate'),
    '[totalDecodeTime/framesDecoded_in_ms]': same('decodeMs'),
    '[totalInterFrameDelay/framesDecoded_in_ms]': same('interFrameDelayMs'),
    '[interFrameDelayStDev_in_ms]': {
      ...same('interFrameDelayStdDevMs'),
      nearness: 'deviation',
    },
    '[qpSum/framesDecoded]': same('avgQp'),
    '[totalCorruptionProbability/corruptionMeasurements]': same('corruptionProbability'),
    '[totalAssemblyTime/framesAssembledFromMultiplePackets_in_ms]': same('assemblyMs'),
    '[jitterBufferDelay/jitterBufferEmittedCount_in_ms]': same('jitterBufferDelayMs'),
    '[jitterBufferTargetDelay/jitterBufferEmittedCount_in_ms]': same('jitterBufferTargetDelayMs'),
    '[jitterBufferMinimumDelay/jitterBufferEmittedCount_in_ms]': same('jitterBufferMinimumDelayMs'),
    '[totalProcessingDelay/jitterBufferEmittedCount_in_ms]':
      'processingDelayMs is by framesDecoded, as the spec has it',
    '[Audio_Level_in_RMS]': same('audioLevelRms'),
    '[concealedSamples/totalSamplesReceived]': share('concealmentPct'),
    '[concealedSamples/s]': sampleShare('concealmentPct'),
    '[silentConcealedSamples/s]': {
      ...sampleShare('concealmentPct'),
      less: 'audibleConcealmentPct',
    },
    '[insertedSamplesForDeceleration/s]': sampleShare('decelerationPct'),
    '[removedSamplesForAcceleration/s]': sampleShare('accelerationPct'),
    '[totalSamplesReceived/s]': 'the clock of the sound card: it is what shares are of',
    '[packetsDiscarded/s]': 'discardPct is of all packets',
    '[retransmittedPacketsReceived/s]': NO_RATE,
    '[fecPacketsReceived/s]': NO_RATE,
    '[fecPacketsDiscarded/s]': NO_RATE,
    '[codec]': TEXT,
    '[lastPacketReceivedTimestamp]': TEXT,
    '[estimatedPlayoutTimestamp]': TEXT,
    ...FAR_MARKS,
  },
  'outbound-rtp': {
    '[bytesSent_in_bits/s]': rounded('bitrate'),
    '[headerBytesSent_in_bits/s]': rounded('headerBitrate'),
    '[retransmittedBytesSent_in_bits/s]': rounded('retransmitBitrate'),
    '[packetsSent/s]': rounded('packetRate'),
    '[retransmittedPacketsSent/s]': rounded('retransmitPacketRate'),
    '[totalPacketSendDelay/packetsSent_in_ms]': same('sendDelayMs'),
    '[framesEncoded/s]': same('fpsEncoded'),
    '[framesSent/s]': same('fpsSent'),
    '[totalEncodedBytesTarget_in_bits/s]': rounded('encodedTargetBitrate'),
    '[totalEncodeTime/framesEncoded_in_ms]': same('encodeMs'),
    '[qpSum/framesEncoded]': same('avgQp'),
    '[PSNR_y]': NO_RATE,
    '[PSNR_u]': NO_RATE,
    '[PSNR_v]': NO_RATE,
    '[packetsSentWithEct1/s]': ECN,
    '[codec]': TEXT,
  },
  'remote-inbound-rtp': {
    '[totalRoundTripTime/roundTripTimeMeasurements]': seconds('rttAvgMs'),
    '[packetsWithBleachedEct1Marking/s]': ECN,
    ...FAR_MARKS,
  },
  'remote-outbound-rtp': {
    '[totalRoundTripTime/roundTripTimeMeasurements]': seconds('rttAvgMs'),
    '[remoteTimestamp]': TEXT,
  },
  'candidate-pair': {
    ...BITS_BOTH_WAYS,
    ...PACKETS_BOTH_WAYS,
    '[totalRoundTripTime/responsesReceived]': seconds('rttAvgMs'),
    '[lastPacketReceivedTimestamp]': TEXT,
    '[lastPacketSentTimestamp]': TEXT,
  },
  transport: {
    ...BITS_BOTH_WAYS,
    ...PACKETS_BOTH_WAYS,
    '[ccfbMessagesSent/s]': NO_RATE,
    '[ccfbMessagesReceived/s]': NO_RATE,
  },
  'data-channel': {
    ...BITS_BOTH_WAYS,
    '[messagesSent/s]': same('messagesSentRate'),
    '[messagesReceived/s]': same('messagesReceivedRate'),
  },
  'media-source': { '[Audio_Level_in_RMS]': same('audioLevelRms') },
  'media-playout': { '[totalPlayoutDelay/totalSamplesCount]': seconds('playoutDelayMs') },
}
