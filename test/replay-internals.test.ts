import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Stat } from '../src/stats.ts'
import { stat } from './deriving.ts'
import { feed } from './replay/feed.ts'
import { readRecording } from './replay/read.ts'

type Series = Record<string, { times: number[]; values: unknown[]; type: string }>

/** What Chrome writes of these polls: a series for each member, the points without their times. */
function dumpOf(polls: readonly (readonly Stat[])[], more: object = {}): object {
  const series: Series = {}
  const add = (key: string, { type, timestamp }: Stat, value: unknown): void => {
    const { times, values } = (series[key] ??= { times: [], values: [], type })
    times.push(timestamp)
    values.push(value)
  }
  for (const one of polls.flat()) {
    for (const [member, value] of Object.entries(one)) {
      if (member !== 'id' && member !== 'timestamp') add(`${one.id}-${member}`, one, value)
    }
    add(`${one.id}-timestamp`, one, one.timestamp)
  }
  const stats = Object.entries(series).map(([key, { times, values, type: statsType }]) => {
    const [startTime, endTime] = [times[0], times.at(-1)].map((time) => new Date(time ?? 0))
    return [key, { startTime, endTime, statsType, values: JSON.stringify(values) }]
  })
  const connection = { pid: 7, updateLog: [], stats: Object.fromEntries(stats), ...more }
  return { UserAgent: 'Chrome', PeerConnections: { '7-1': connection } }
}

const read = (dump: object) => readRecording(new TextEncoder().encode(JSON.stringify(dump)))

/** The reports that come out again. */
const reportsOf = (dump: object): unknown[] =>
  read(dump).flatMap(({ polls }) => polls.map(({ report }) => report))

const T = 1_795_258_669_142
const at = (poll: number): number => T + 1000 * poll + 0.747
const pc = (poll: number): Stat => stat('peer-connection', at(poll), { opened: 1 }, 'P')
const pair = (poll: number, members = {}): Stat =>
  stat('candidate-pair', at(poll), { bytesSent: 100 * poll, ...members }, 'CPa-b')
const far = (time: number, members = {}): Stat =>
  stat('remote-inbound-rtp', time, { packetsLost: 0, ...members }, 'RIA1')

describe('a dump of webrtc-internals gives back the polls', () => {
  it('of objects that come, go and come again', () => {
    const polls = [[pc(0)], [pc(1), pair(1)], [pc(2)], [pc(3), pair(3)], [pc(4), pair(4)]]
    expect(reportsOf(dumpOf(polls))).toEqual(polls)
  })

  it('of which one was given twice', () => {
    const polls = [[pc(0)], [pc(1), pair(1)], [pc(1), pair(1)], [pc(2), pair(2)]]
    expect(reportsOf(dumpOf(polls))).toEqual(polls)
  })

  it('with members that come later, or go', () => {
    const polls = [
      [pair(0, { state: 'waiting' })],
      [pair(1, { state: 'succeeded', nominated: true })],
      [pair(2, { nominated: true, currentRoundTripTime: 0.5 })],
    ]
    expect(reportsOf(dumpOf(polls))).toEqual(polls)
  })

  it('with the reports of the far end in the polls that saw them', () => {
    const [first, second] = [far(at(1) - 300), far(at(3) - 700, { packetsLost: 2 })]
    const polls = [
      [pc(0)],
      [pc(1), first],
      [pc(2), first],
      [pc(3), second],
      [pc(4), second],
      [pc(5)],
    ]
    expect(reportsOf(dumpOf(polls))).toEqual(polls)
  })

  it('that a far end reported at once, and shortly after the report was asked for', () => {
    const polls = [0, 1, 2].map((poll) => [pc(poll), far(at(poll) + 0.4, { n: poll })])
    expect(reportsOf(dumpOf(polls))).toEqual(polls)
  })

  it('with no more of a member that comes and goes than is certain: its first value and its last', () => {
    const rtt = (poll: number, roundTripTime?: number): Stat[] => [
      pair(poll, roundTripTime === undefined ? {} : { roundTripTime }),
    ]
    const polls = [rtt(0), rtt(1, 0.1), rtt(2), rtt(3, 0.3), rtt(4, 0.4), rtt(5)]
    const certain = [rtt(0), rtt(1, 0.1), rtt(2), rtt(3), rtt(4, 0.4), rtt(5)]
    expect(reportsOf(dumpOf(polls))).toEqual(certain)
  })

  it('without what Chrome derived, whatever dashes it has in its name', () => {
    const derived = {
      '[framesReceived-framesDecoded-framesDropped]': 2,
      '[bytesSent_in_bits/s]': 1,
    }
    const polls = [[pair(0, derived)], [pair(1, derived)]]
    expect(reportsOf(dumpOf(polls))).toEqual([[pair(0)], [pair(1)]])
  })

  it('with objects in objects, written as such or as JSON', () => {
    const durations = { cpu: 1, none: 2 }
    const polls = [
      [pair(0, { a: durations, b: JSON.stringify(durations), c: '{', d: null })],
      [pair(1, { a: durations, b: JSON.stringify(durations), c: '{', d: null })],
    ]
    const members = { a: durations, b: durations, c: '{' }
    expect(reportsOf(dumpOf(polls))).toEqual([[pair(0, members)], [pair(1, members)]])
  })

  it('where a series holds no point, or an array', () => {
    const { PeerConnections: connections } = dumpOf([[pair(0)]]) as {
      PeerConnections: Record<string, { stats: Record<string, { values?: unknown }> }>
    }
    const { stats = {} } = connections['7-1'] ?? {}
    for (const series of Object.values(stats)) series.values = JSON.parse(String(series.values))
    stats['CPa-b-nothing'] = {}
    expect(reportsOf({ PeerConnections: connections })).toEqual([[pair(0)]])
  })

  it('gzipped as Chrome saves it', () => {
    const [recorded] = readRecording(gzipSync(JSON.stringify(dumpOf([[pair(0)], [pair(1)]]))))
    expect(recorded).toMatchObject({ pcId: '7-1', polls: [{ clockMs: at(0) }, { wallMs: at(1) }] })
  })
})

describe('the log of a dump', () => {
  const logged = (updateLog: unknown) =>
    feed(read(dumpOf([[pc(0)]], { updateLog }))).map(({ event, data }) => [event, data])

  it('gives the changes of state, each once, in their time', () => {
    const updateLog = [
      { type: 'setLocalDescription', value: '', timestamp: T - 90 },
      { type: 'onsignalingstatechange', value: '"have-local-offer"', timestamp: T - 80 },
      { type: 'iceconnectionstatechange', value: 'checking', timestamp: T - 70 },
      { type: 'oniceconnectionstatechange', value: '"checking"', timestamp: T - 60 },
      { type: 'onconnectionstatechange', value: '"connected"', timestamp: T + 5000 },
      { type: 'onicegatheringstatechange', value: '"complete"', time: '11/21/2026, 10:57:50 AM' },
    ]
    expect(logged(updateLog).filter(([event]) => event !== 'stats')).toEqual([
      ['peerAdded', expect.anything()],
      ['signalingStateChange', { state: 'have-local-offer' }],
      ['iceConnectionStateChange', { state: 'checking' }],
      ['connectionStateChange', { state: 'connected' }],
    ])
    expect(logged(updateLog).at(-2)).toEqual(['stats', expect.anything()])
  })

  it.each([
    ['a log that is none', { updateLog: 'x' }, '7-1.updateLog: expected an array, got "x"'],
    [
      'a state that is none',
      { updateLog: [{ type: 'onconnectionstatechange', value: '{}', timestamp: 1 }] },
      '7-1.updateLog[0].value: expected a state, got "{}"',
    ],
    ['no stats', { stats: null }, '7-1.stats: expected an object, got null'],
    [
      'series of no time',
      { stats: { 'a-b': { statsType: 'x', values: '[1]' } } },
      '7-1.stats: expected a series that ends in -timestamp, got none',
    ],
    [
      'values that are no JSON',
      { stats: { 'a-timestamp': { statsType: 'x', values: '[1' } } },
      '7-1.stats.a-timestamp.values: expected an array, got undefined',
    ],
  ])('or its stats are refused with %s', (_, more, sentence) => {
    expect(() => read(dumpOf([], more))).toThrow(sentence)
  })
})
