// Every metric of every stats type: which there are, and what each gives, worked out by hand.
import { describe, expect, it } from 'vitest'
import type { StatMetrics } from '../src/metrics.ts'
import { tabulate } from '../workers/formulas.ts'
import { EVALUATE } from '../workers/kit.ts'
import { between } from './deriving.ts'

/** Each member before and after an interval of two seconds. */
type Moved = Record<string, readonly [before: unknown, after: unknown]>
type Row = readonly [name: keyof StatMetrics, moved: Moved, expected: number]

const emitted: Moved = { jitterBufferEmittedCount: [10, 60] }
const samples: Moved = { totalSamplesReceived: [1000, 97_000] }
const energy: Moved = { totalAudioEnergy: [1, 1.5], totalSamplesDuration: [10, 12] }
const received: Moved = { framesReceived: [10, 60] }
const decoded: Moved = { framesDecoded: [10, 60] }
const encoded: Moved = { framesEncoded: [10, 60] }
const sent: Moved = { framesSent: [10, 35] }
const limited: Moved = {
  qualityLimitationDurations: [
    { none: 10, cpu: 0, bandwidth: 1, other: 2 },
    { none: 11, cpu: 0.5, bandwidth: 1.375, other: 2.125 },
  ],
}
const feedback: Row[] = [
  ['nackRate', { nackCount: [1, 4] }, 1.5],
  ['pliRate', { pliCount: [1, 6] }, 2.5],
  ['firRate', { firCount: [1, 8] }, 3.5],
]

/** By stats type and kind. What is not here has its row in `derive.test.ts`. */
const ROWS: Record<string, readonly Row[]> = {
  'inbound-rtp': [
    ['jitterBufferDelayMs', { jitterBufferDelay: [1, 3.5], ...emitted }, 50],
    ['jitterBufferTargetDelayMs', { jitterBufferTargetDelay: [1, 2], ...emitted }, 20],
    ['jitterBufferMinimumDelayMs', { jitterBufferMinimumDelay: [1, 1.5], ...emitted }, 10],
  ],
  'inbound-rtp audio': [
    ['concealmentPct', { concealedSamples: [100, 340], ...samples }, 0.25],
    [
      'audibleConcealmentPct',
      { concealedSamples: [100, 340], silentConcealedSamples: [50, 170], ...samples },
      0.125,
    ],
    ['concealmentEventRate', { concealmentEvents: [1, 4] }, 1.5],
    ['accelerationPct', { removedSamplesForAcceleration: [0, 960], ...samples }, 1],
    ['decelerationPct', { insertedSamplesForDeceleration: [480, 960], ...samples }, 0.5],
    ['audioLevelRms', energy, 0.5],
  ],
  'inbound-rtp video': [
    ['fpsReceived', received, 25],
    ['fpsDecoded', decoded, 25],
    ['fpsRendered', { framesRendered: [10, 60] }, 25],
    ['framesDroppedPct', { framesDropped: [1, 6], ...received }, 10],
    ['framesInFlight', { framesDropped: [0, 3], framesReceived: [0, 70], ...decoded }, 7],
    ['keyFrameRate', { keyFramesDecoded: [1, 4] }, 1.5],
    ['avgQp', { qpSum: [1000, 2500], ...decoded }, 30],
    ['decodeMs', { totalDecodeTime: [1, 1.25], ...decoded }, 5],
    // Not by what the jitter buffer emitted.
    ['processingDelayMs', { totalProcessingDelay: [1, 2], ...decoded, ...samples }, 20],
    [
      'assemblyMs',
      { totalAssemblyTime: [1, 1.5], framesAssembledFromMultiplePackets: [5, 30], ...decoded },
      20,
    ],
    ['interFrameDelayMs', { totalInterFrameDelay: [1, 3], ...decoded }, 40],
    // 30 and 50 ms in turn: (25 x 0.0009 + 25 x 0.0025) / 50 - 0.04 x 0.04 = 0.01 x 0.01.
    [
      'interFrameDelayStdDevMs',
      { totalInterFrameDelay: [0, 2], totalSquaredInterFrameDelay: [0, 0.085], ...decoded },
      10,
    ],
    ['freezeCountDelta', { freezeCount: [1, 4] }, 3],
    ['freezePct', { totalFreezesDuration: [1, 1.5] }, 25],
    ['pauseCountDelta', { pauseCount: [1, 2] }, 1],
    ['pausePct', { totalPausesDuration: [1, 2] }, 50],
    ['noFramesSec', { framesDecoded: [7, 7] }, 2],
    [
      'corruptionProbability',
      { totalCorruptionProbability: [0.5, 1], corruptionMeasurements: [1, 5] },
      0.125,
    ],
    ...feedback,
  ],
  'outbound-rtp': [['sendDelayMs', { totalPacketSendDelay: [1, 2], packetsSent: [10, 60] }, 20]],
  'outbound-rtp video': [
    ['fpsEncoded', encoded, 25],
    ['fpsSent', sent, 12.5],
    ['keyFrameRate', { keyFramesEncoded: [1, 4] }, 1.5],
    ['hugeFramePct', { hugeFramesSent: [1, 6], ...sent, ...encoded }, 20],
    ['avgQp', { qpSum: [1000, 2500], ...encoded }, 30],
    ['encodeMs', { totalEncodeTime: [1, 1.25], ...sent, ...encoded }, 5],
    ['encodedTargetBitrate', { totalEncodedBytesTarget: [1, 26] }, 100],
    ['qualityLimitation.none', limited, 0.5],
    ['qualityLimitation.cpu', limited, 0.25],
    ['qualityLimitation.bandwidth', limited, 0.1875],
    ['qualityLimitation.other', limited, 0.0625],
    ['resolutionChangesDelta', { qualityLimitationResolutionChanges: [2, 5] }, 3],
    ...feedback,
  ],
  'remote-inbound-rtp': [
    ['rttMs', { roundTripTime: [1, 0.125] }, 125],
    ['rttAvgMs', { totalRoundTripTime: [1, 1.5], roundTripTimeMeasurements: [10, 15] }, 100],
    ['jitterMs', { jitter: [1, 0.0625] }, 62.5],
    ['fractionLostPct', { fractionLost: [1, 0.25] }, 25],
    ['ageMs', {}, 0],
  ],
  'candidate-pair': [
    [
      'utilisationPct',
      { selected: [true, true], bytesSent: [0, 250], availableOutgoingBitrate: [1, 4000] },
      25,
    ],
  ],
  transport: [['selectedCandidatePairChangesDelta', { selectedCandidatePairChanges: [1, 3] }, 2]],
  'media-source video': [['sourceFps', { frames: [10, 60] }, 25]],
  'media-source audio': [['audioLevelRms', energy, 0.5]],
  'media-playout': [
    ['playoutDelayMs', { totalPlayoutDelay: [10, 14_410], totalSamplesCount: [0, 240_000] }, 60],
    [
      'synthesizedPct',
      { synthesizedSamplesDuration: [1, 1.5], totalSamplesDuration: [10, 12] },
      25,
    ],
  ],
}

const cases = Object.entries(ROWS).flatMap(([type, rows]) =>
  rows.map((row) => [type, ...row] as const),
)

describe('each metric follows its formula, by type and kind', () => {
  it.each(cases)('%s %s', (typeAndKind, name, moved, expected) => {
    const [type = '', kind] = typeAndKind.split(' ')
    const at = (which: 0 | 1) => ({
      ...(kind && { kind }),
      ...Object.fromEntries(Object.entries(moved).map(([member, both]) => [member, both[which]])),
    })
    expect(between(type, at(0), at(1), 2)?.[name]).toBeCloseTo(expected, 9)
  })
})

/** As METRICS.md A.4 has it. */
const NAMES: Record<string, string> = {
  'inbound-rtp':
    'bitrate headerBitrate retransmitBitrate fecBitrate packetRate packetsLostDelta lossPct discardPct jitterMs jitterBufferDelayMs jitterBufferTargetDelayMs jitterBufferMinimumDelayMs',
  'inbound-rtp audio':
    'concealmentPct audibleConcealmentPct concealmentEventRate accelerationPct decelerationPct audioLevelRms',
  'inbound-rtp video':
    'fpsReceived fpsDecoded fpsRendered framesDroppedPct framesInFlight keyFrameRate avgQp decodeMs processingDelayMs assemblyMs interFrameDelayMs interFrameDelayStdDevMs freezeCountDelta freezePct pauseCountDelta pausePct noFramesSec corruptionProbability nackRate pliRate firRate',
  'outbound-rtp':
    'bitrate headerBitrate retransmitBitrate packetRate retransmitPacketRate targetBitrate sendDelayMs',
  'outbound-rtp video':
    'fpsEncoded fpsSent keyFrameRate hugeFramePct avgQp encodeMs encodedTargetBitrate qualityLimitation.none qualityLimitation.cpu qualityLimitation.bandwidth qualityLimitation.other resolutionChangesDelta nackRate pliRate firRate',
  'remote-inbound-rtp':
    'rttMs rttAvgMs jitterMs fractionLostPct packetsLostDelta lossPct lossBasis ageMs',
  'remote-outbound-rtp': 'rttMs rttAvgMs ageMs',
  'candidate-pair':
    'sendBitrate recvBitrate sendPacketRate recvPacketRate rttMs rttAvgMs availableOutgoingBitrate availableIncomingBitrate utilisationPct',
  transport:
    'sendBitrate recvBitrate sendPacketRate recvPacketRate selectedCandidatePairChangesDelta',
  'data-channel': 'sendBitrate recvBitrate messagesSentRate messagesReceivedRate',
  'media-source': 'sourceFps audioLevelRms',
  'media-playout': 'playoutDelayMs synthesizedPct',
}

it('the names of each type are these and no other', () => {
  const sorted = (names: string[]) => names.sort().join(' ')
  const tabulated = Object.entries(tabulate(EVALUATE)).map(([type, formulas]) => [
    type,
    sorted(Object.keys(formulas)),
  ])
  const expected = Object.entries(NAMES).map(([type, names]) => [type, sorted(names.split(' '))])
  expect(Object.fromEntries(tabulated)).toEqual(Object.fromEntries(expected))
})
