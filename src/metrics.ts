// The derived numbers of an item, by stats id.

/** Derived numbers by stats id. A metric that cannot be known is absent, never 0. */
export type Metrics = Readonly<Record<string, StatMetrics>>

/** Derived from two consecutive readings of one statistics object. Rates are per second, bitrates bit/s. */
export interface StatMetrics {
  /** Seconds between the two readings, by the object's own timestamps. */
  readonly intervalSec?: number
  /** Both readings carry one timestamp (or time went back): no rates. */
  readonly stale?: true
  /** A counter went back, or the ssrc changed: no rates this once. */
  readonly reset?: true
  /** Far more than a poll interval lies between: counter averages are true, extremes are not. */
  readonly gap?: true
  /** Payload, retransmissions included, RTP headers and padding not. */
  readonly bitrate?: number
  readonly headerBitrate?: number
  /** Part of `bitrate`. */
  readonly retransmitBitrate?: number
  readonly fecBitrate?: number
  readonly packetRate?: number
  /** Part of `packetRate`. */
  readonly retransmitPacketRate?: number
  readonly targetBitrate?: number
  /** Signed: late and duplicate packets make it negative. */
  readonly packetsLostDelta?: number
  readonly lossPct?: number
  /** What the far end's loss was divided by. */
  readonly lossBasis?: 'packetsReceived' | 'packetsSent'
  /** As the latest receiver report says, of its own interval. */
  readonly fractionLostPct?: number
  /** Packets that came too late to be played. */
  readonly discardPct?: number
  /** Smoothed (RFC 3550, 6.4.1). */
  readonly jitterMs?: number
  readonly jitterBufferDelayMs?: number
  readonly jitterBufferTargetDelayMs?: number
  readonly jitterBufferMinimumDelayMs?: number
  readonly concealmentPct?: number
  /** Concealment that is not silence: the one that is heard. */
  readonly audibleConcealmentPct?: number
  readonly concealmentEventRate?: number
  readonly accelerationPct?: number
  readonly decelerationPct?: number
  /** 0..1; 20 log10 of it is dBov. */
  readonly audioLevelRms?: number
  readonly fpsReceived?: number
  readonly fpsDecoded?: number
  readonly fpsRendered?: number
  readonly framesDroppedPct?: number
  /** Received, and neither decoded nor dropped yet. */
  readonly framesInFlight?: number
  readonly keyFrameRate?: number
  /** On the codec's own scale: VP8 0..127, H264 0..51, VP9 and AV1 0..255. Not to be compared across codecs. */
  readonly avgQp?: number
  /** Per frame. */
  readonly decodeMs?: number
  /** From the first packet to the decoded frame. */
  readonly processingDelayMs?: number
  readonly assemblyMs?: number
  readonly interFrameDelayMs?: number
  readonly interFrameDelayStdDevMs?: number
  readonly freezeCountDelta?: number
  /** A freeze is told when the next frame is shown, so that it may be longer than the interval: at most 100. */
  readonly freezePct?: number
  readonly pauseCountDelta?: number
  readonly pausePct?: number
  /** Since a frame was last decoded, as far as polls can tell. */
  readonly noFramesSec?: number
  readonly corruptionProbability?: number
  readonly nackRate?: number
  readonly pliRate?: number
  readonly firRate?: number
  /** Per packet, in the pacer. */
  readonly sendDelayMs?: number
  readonly fpsEncoded?: number
  readonly fpsSent?: number
  readonly hugeFramePct?: number
  /** Per frame. */
  readonly encodeMs?: number
  readonly encodedTargetBitrate?: number
  /** Shares of the interval, 0..1. Not told of an encoding that is not active. */
  readonly 'qualityLimitation.none'?: number
  readonly 'qualityLimitation.cpu'?: number
  readonly 'qualityLimitation.bandwidth'?: number
  readonly 'qualityLimitation.other'?: number
  readonly resolutionChangesDelta?: number
  /** As last measured. */
  readonly rttMs?: number
  /** Mean of what was measured in the interval. */
  readonly rttAvgMs?: number
  /** Age of a report that came from the far end. */
  readonly ageMs?: number
  readonly sendBitrate?: number
  readonly recvBitrate?: number
  readonly sendPacketRate?: number
  readonly recvPacketRate?: number
  readonly availableOutgoingBitrate?: number
  readonly availableIncomingBitrate?: number
  /** Of the selected pair: what is sent, of what is available, at most 100. */
  readonly utilisationPct?: number
  readonly selectedCandidatePairChangesDelta?: number
  readonly messagesSentRate?: number
  readonly messagesReceivedRate?: number
  readonly sourceFps?: number
  readonly playoutDelayMs?: number
  /** Of what was played: made up, because nothing was there. */
  readonly synthesizedPct?: number
}
