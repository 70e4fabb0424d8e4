// Reads the table of metrics as text: what each formula is, what it reads, and which edge rules it has.
import type { Kit } from '../../workers/formulas.ts'

/** What the page says of one formula. */
export interface Description {
  readonly formula: string
  /** What no formula says. */
  readonly note?: string
  /** Members of the statistics object; `type.member` of another one. */
  readonly members: readonly string[]
  readonly rules: readonly Rule[]
}

export type Rule = `E${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 11}`

/** Of everything that is taken over an interval. */
const INTERVAL: readonly Rule[] = ['E1', 'E2', 'E3', 'E4', 'E6']
const DIVIDED: readonly Rule[] = ['E1', 'E2', 'E3', 'E4', 'E5', 'E6']

const times = (factor: number): string => (factor === 1 ? '' : `${factor} * `)
const grown = (member: string): string => `d(${member})`
const code = (formula: string): string => `\`${formula}\``

const REPORTED = ['packetsSent', 'retransmittedPacketsSent', 'rtxSsrc'].map(
  (member) => `outbound-rtp.${member}`,
)

/** One description a formula. `formula` and `note` are Markdown. */
export const DESCRIBE: Kit<Description> = {
  perSecond: (member, factor = 1) => ({
    formula: code(`${times(factor)}${grown(member)} / s`),
    members: [member],
    rules: INTERVAL,
  }),
  mean: (sum, count, factor = 1) => ({
    formula: code(`${times(factor)}${grown(sum)} / ${grown(count)}`),
    members: [sum, count],
    rules: DIVIDED,
  }),
  share: (part, whole, less) => ({
    formula: code(
      `100 * ${less ? `(${grown(part)} - ${grown(less)})` : grown(part)} / ${grown(whole)}`,
    ),
    note: '0..100',
    members: [part, ...(less ? [less] : []), whole],
    rules: DIVIDED,
  }),
  ratio: (sum, count) => ({
    formula: code(`${grown(sum)} / ${grown(count)}`),
    note: 'at most 1',
    members: [sum, count],
    rules: DIVIDED,
  }),
  delta: (member) => ({ formula: code(grown(member)), members: [member], rules: INTERVAL }),
  gauge: (member, factor = 1) => ({
    formula: code(`${times(factor)}${member}`),
    members: [member],
    rules: ['E4'],
  }),
  durationShare: (member) => ({
    formula: code(`100 * ${grown(member)} / s`),
    note: 'at most 100',
    members: [member],
    rules: [...INTERVAL, 'E11'],
  }),
  fraction: (member) => ({
    formula: code(`100 * ${member}`),
    note: 'at most 100',
    members: [member],
    rules: ['E4'],
  }),
  lastMeasured: (seconds, count) => ({
    formula: code(`1000 * ${seconds}`),
    note: `absent while ${code(count)} is 0`,
    members: [seconds, count],
    rules: ['E4'],
  }),
  deviation: (squares, sum, count) => ({
    formula: code(
      `1000 * sqrt(${grown(squares)} / ${grown(count)} - (${grown(sum)} / ${grown(count)})^2)`,
    ),
    note: 'a variance below 0 by float error is 0',
    members: [squares, sum, count],
    rules: DIVIDED,
  }),
  rms: (energy, duration) => ({
    formula: code(`sqrt(${grown(energy)} / ${grown(duration)})`),
    members: [energy, duration],
    rules: DIVIDED,
  }),
  whereCounted: (member, counted, other) => ({
    formula: counted.formula,
    note: [
      `without ${code(member)}: ${other.formula}`,
      ...[counted.note].filter((note) => note !== undefined),
    ].join('; '),
    members: [...new Set([member, ...counted.members, ...other.members])],
    rules: counted.rules,
  }),
  lost: {
    formula: code(grown('packetsLost')),
    members: ['packetsLost'],
    rules: [...INTERVAL, 'E7'],
  },
  lossPct: {
    formula: code(
      '100 * L / (L + d(packetsReceived) - d(retransmittedPacketsReceived)), L = d(packetsLost)',
    ),
    note: '0..100; retransmissions that are not counted are taken as none',
    members: ['packetsLost', 'packetsReceived', 'retransmittedPacketsReceived'],
    rules: [...DIVIDED, 'E7'],
  },
  discardPct: {
    formula: code('100 * d(packetsDiscarded) / (d(packetsDiscarded) + d(packetsReceived))'),
    note: '0..100',
    members: ['packetsDiscarded', 'packetsReceived'],
    rules: DIVIDED,
  },
  reportedLossPct: {
    formula: code('100 * L / (L + d(packetsReceived)), L = d(packetsLost)'),
    note:
      'without `packetsReceived` (only Firefox has it): ' +
      '`100 * L / (d(packetsSent) - d(retransmittedPacketsSent))` of the `outbound-rtp`, between the polls that saw ' +
      'the two reports, less retransmissions only where they have an ssrc of their own; 0..100',
    members: ['packetsLost', 'packetsReceived', ...REPORTED],
    rules: [...DIVIDED, 'E7'],
  },
  lossBasis: {
    formula: 'the denominator of `lossPct`',
    note: 'there where `lossPct` is',
    members: ['packetsLost', 'packetsReceived', ...REPORTED],
    rules: [...DIVIDED, 'E7'],
  },
  age: {
    formula: 'the newest `timestamp` of the report - `timestamp`',
    members: ['timestamp'],
    rules: [],
  },
  inFlight: {
    formula: code('framesReceived - framesDecoded - framesDropped'),
    note: 'below 0: absent',
    members: ['framesReceived', 'framesDecoded', 'framesDropped'],
    rules: ['E4'],
  },
  stillSec: {
    formula: '`timestamp` - the one when `d(framesDecoded)` was last above 0',
    note: 'the first that is known, where it never was',
    members: ['framesDecoded', 'timestamp'],
    rules: [...INTERVAL, 'E11'],
  },
  limitation: (reason) => ({
    formula: code(
      `d(qualityLimitationDurations.${reason}) / d(all four of qualityLimitationDurations)`,
    ),
    note: 'absent while `active` is false, for `none` counts on there',
    members: ['qualityLimitationDurations', 'active'],
    rules: DIVIDED,
  }),
  utilisation: {
    formula: code('100 * (8 * d(bytesSent) / s) / availableOutgoingBitrate'),
    note: 'of the selected pair alone; at most 100',
    members: ['bytesSent', 'availableOutgoingBitrate'],
    rules: DIVIDED,
  },
  pairChanges: {
    formula: code('d(selectedCandidatePairChanges)'),
    note: 'where that is not counted: 1 if `selectedCandidatePairId` is another one, else 0',
    members: ['selectedCandidatePairChanges', 'selectedCandidatePairId'],
    rules: INTERVAL,
  },
  sizeChanges: {
    formula: code('d(qualityLimitationResolutionChanges)'),
    note: 'where that is not counted: 1 if `frameWidth` or `frameHeight` is another one, else 0',
    members: ['qualityLimitationResolutionChanges', 'frameWidth', 'frameHeight'],
    rules: INTERVAL,
  },
}
