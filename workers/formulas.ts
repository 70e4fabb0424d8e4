// Every metric, by stats type: one table, from which the worker computes and the documentation is written.
import type { StatMetrics } from '../src/metrics.ts'

/**
 * The kinds of formula. The table is written over any reading of them: `EVALUATE` makes functions of it, the docs
 * make text. `F` is what one formula becomes.
 */
export interface Kit<F> {
  /** factor x growth of the member / seconds */
  perSecond(member: string, factor?: number): F
  /** factor x growth of the sum / growth of the count */
  mean(sum: string, count: string, factor?: number): F
  /** 100 x growth of the part (less another) / growth of the whole, 0..100 */
  share(part: string, whole: string, less?: string): F
  /** growth of the sum / growth of the count, a probability */
  ratio(sum: string, count: string): F
  /** Growth of the member. */
  delta(member: string): F
  /** factor x the member, as it stands */
  gauge(member: string, factor?: number): F
  /** The share of the interval that a sum of seconds took: it may be told later, and is then capped. */
  durationShare(member: string): F
  /** 100 x the member, as it stands, 0..100 */
  fraction(member: string): F
  /** A time in seconds as it was last measured, ms; nothing where the count says that it never was. */
  lastMeasured(seconds: string, count: string): F
  /** Standard deviation, ms, of sums in seconds. */
  deviation(squares: string, sum: string, count: string): F
  /** Root mean square, of energy over time. */
  rms(energy: string, duration: string): F
  /** The one where the member is counted, else the other. */
  whereCounted(member: string, counted: F, other: F): F
  readonly lost: F
  readonly lossPct: F
  readonly discardPct: F
  readonly reportedLossPct: F
  readonly lossBasis: F
  readonly age: F
  readonly inFlight: F
  readonly stillSec: F
  limitation(reason: string): F
  readonly utilisation: F
  readonly pairChanges: F
  readonly sizeChanges: F
}

type Formulas<F> = { readonly [Name in Exclude<keyof StatMetrics, Flag>]?: F }
/** Said of the interval, and no metric. */
type Flag = 'intervalSec' | 'stale' | 'reset' | 'gap'

/** By stats type; what only streams of one kind have stands under `type kind`. Names: METRICS.md A.4. */
export function tabulate<F>(kit: Kit<F>): Readonly<Record<string, Formulas<F>>> {
  const { perSecond, mean, share, ratio, delta, gauge, durationShare, lastMeasured } = kit
  const bits = (member: string): F => perSecond(member, 8)
  const ms = (sum: string, count: string): F => mean(sum, count, 1000)
  const bufferMs = (sum: string): F => ms(sum, 'jitterBufferEmittedCount')
  const overSamples = (part: string, less?: string): F => share(part, 'totalSamplesReceived', less)
  const audioLevelRms = kit.rms('totalAudioEnergy', 'totalSamplesDuration')
  const feedback = {
    nackRate: perSecond('nackCount'),
    pliRate: perSecond('pliCount'),
    firRate: perSecond('firCount'),
  }
  const bothWays = {
    sendBitrate: bits('bytesSent'),
    recvBitrate: bits('bytesReceived'),
    sendPacketRate: perSecond('packetsSent'),
    recvPacketRate: perSecond('packetsReceived'),
  }
  const roundTrips = {
    rttMs: lastMeasured('roundTripTime', 'roundTripTimeMeasurements'),
    rttAvgMs: ms('totalRoundTripTime', 'roundTripTimeMeasurements'),
    ageMs: kit.age,
  }
  const delay = (count: string): F => ms('totalInterFrameDelay', count)
  const deviation = (count: string): F =>
    kit.deviation('totalSquaredInterFrameDelay', 'totalInterFrameDelay', count)

  // In the specification, and in no browser so far.
  const byFramesShown = (formula: (count: string) => F): F =>
    kit.whereCounted('framesRendered', formula('framesRendered'), formula('framesDecoded'))

  return {
    'inbound-rtp': {
      bitrate: bits('bytesReceived'),
      headerBitrate: bits('headerBytesReceived'),
      retransmitBitrate: bits('retransmittedBytesReceived'),
      fecBitrate: bits('fecBytesReceived'),
      packetRate: perSecond('packetsReceived'),
      packetsLostDelta: kit.lost,
      lossPct: kit.lossPct,
      discardPct: kit.discardPct,
      jitterMs: gauge('jitter', 1000),
      jitterBufferDelayMs: bufferMs('jitterBufferDelay'),
      jitterBufferTargetDelayMs: bufferMs('jitterBufferTargetDelay'),
      jitterBufferMinimumDelayMs: bufferMs('jitterBufferMinimumDelay'),
    },
    'inbound-rtp audio': {
      concealmentPct: overSamples('concealedSamples'),
      audibleConcealmentPct: overSamples('concealedSamples', 'silentConcealedSamples'),
      concealmentEventRate: perSecond('concealmentEvents'),
      accelerationPct: overSamples('removedSamplesForAcceleration'),
      decelerationPct: overSamples('insertedSamplesForDeceleration'),
      audioLevelRms,
    },
    'inbound-rtp video': {
      fpsReceived: perSecond('framesReceived'),
      fpsDecoded: perSecond('framesDecoded'),
      fpsRendered: perSecond('framesRendered'),
      framesDroppedPct: share('framesDropped', 'framesReceived'),
      framesInFlight: kit.inFlight,
      keyFrameRate: perSecond('keyFramesDecoded'),
      avgQp: mean('qpSum', 'framesDecoded'),
      decodeMs: ms('totalDecodeTime', 'framesDecoded'),
      // Not by `jitterBufferEmittedCount`, as Chrome's own page does.
      processingDelayMs: ms('totalProcessingDelay', 'framesDecoded'),
      assemblyMs: ms('totalAssemblyTime', 'framesAssembledFromMultiplePackets'),
      interFrameDelayMs: byFramesShown(delay),
      interFrameDelayStdDevMs: byFramesShown(deviation),
      freezeCountDelta: delta('freezeCount'),
      freezePct: durationShare('totalFreezesDuration'),
      pauseCountDelta: delta('pauseCount'),
      pausePct: durationShare('totalPausesDuration'),
      noFramesSec: kit.stillSec,
      corruptionProbability: ratio('totalCorruptionProbability', 'corruptionMeasurements'),
      ...feedback,
    },
    'outbound-rtp': {
      bitrate: bits('bytesSent'),
      headerBitrate: bits('headerBytesSent'),
      retransmitBitrate: bits('retransmittedBytesSent'),
      packetRate: perSecond('packetsSent'),
      retransmitPacketRate: perSecond('retransmittedPacketsSent'),
      targetBitrate: gauge('targetBitrate'),
      sendDelayMs: ms('totalPacketSendDelay', 'packetsSent'),
    },
    'outbound-rtp video': {
      fpsEncoded: perSecond('framesEncoded'),
      fpsSent: perSecond('framesSent'),
      keyFrameRate: perSecond('keyFramesEncoded'),
      hugeFramePct: share('hugeFramesSent', 'framesSent'),
      avgQp: mean('qpSum', 'framesEncoded'),
      encodeMs: ms('totalEncodeTime', 'framesEncoded'),
      encodedTargetBitrate: bits('totalEncodedBytesTarget'),
      'qualityLimitation.none': kit.limitation('none'),
      'qualityLimitation.cpu': kit.limitation('cpu'),
      'qualityLimitation.bandwidth': kit.limitation('bandwidth'),
      'qualityLimitation.other': kit.limitation('other'),
      resolutionChangesDelta: kit.sizeChanges,
      ...feedback,
    },
    'remote-inbound-rtp': {
      ...roundTrips,
      jitterMs: gauge('jitter', 1000),
      fractionLostPct: kit.fraction('fractionLost'),
      packetsLostDelta: kit.lost,
      lossPct: kit.reportedLossPct,
      lossBasis: kit.lossBasis,
    },
    'remote-outbound-rtp': roundTrips,
    'candidate-pair': {
      ...bothWays,
      rttMs: lastMeasured('currentRoundTripTime', 'responsesReceived'),
      rttAvgMs: ms('totalRoundTripTime', 'responsesReceived'),
      availableOutgoingBitrate: gauge('availableOutgoingBitrate'),
      availableIncomingBitrate: gauge('availableIncomingBitrate'),
      utilisationPct: kit.utilisation,
    },
    transport: { ...bothWays, selectedCandidatePairChangesDelta: kit.pairChanges },
    'data-channel': {
      sendBitrate: bits('bytesSent'),
      recvBitrate: bits('bytesReceived'),
      messagesSentRate: perSecond('messagesSent'),
      messagesReceivedRate: perSecond('messagesReceived'),
    },
    'media-source': { sourceFps: perSecond('frames'), audioLevelRms },
    'media-playout': {
      playoutDelayMs: ms('totalPlayoutDelay', 'totalSamplesCount'),
      synthesizedPct: share('synthesizedSamplesDuration', 'totalSamplesDuration'),
    },
  }
}
