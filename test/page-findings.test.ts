// What the page finds out about a call: what went wrong, when, and whose fault it was where the numbers say so.
import { describe, expect, it } from 'vitest'
import { findingsOf } from '../collector/page/findings/findings.ts'
import type { Finding } from '../collector/page/findings/finding.ts'
import { createSeries } from '../collector/page/series/series.ts'
import type { Mark, Measure, Moment, Poll } from '../collector/src/live/views.ts'
import { eventAt, pollAt } from './page-moments.ts'
import type { WayNumbers } from './page-moments.ts'

const SEC = 1000
const POLL_SEC = 2

/** A call in which all is well. */
const GOOD: WayNumbers = {
  'audio.inbound': { bitrate: 32_000, lossPct: 0, jitterMs: 5, concealmentPct: 0 },
  'audio.outbound': { bitrate: 32_000, lossPct: 0, rttMs: 20 },
  'video.inbound': { bitrate: 1e6, lossPct: 0, fps: 30, height: 720, freezeCount: 0, freezePct: 0 },
  'video.outbound': {
    ...{ bitrate: 1e6, lossPct: 0, rttMs: 20, fps: 30, height: 720, encodeMs: 8 },
    ...{ cpuPct: 0, bandwidthPct: 0, targetBitrate: 1e6 },
  },
}

type Change = {
  readonly [Way in keyof WayNumbers]?: Partial<Record<Measure, number>>
}

interface Fault {
  /** Seconds since the beginning of the call, both of them of polls in it. */
  readonly from: number
  readonly to: number
  readonly change?: Change
  readonly poll?: Partial<Poll>
  readonly moment?: Partial<Moment>
  readonly marks?: readonly Mark[]
}

/** Two minutes of a poll each 2 s, with these faults; `skip` has no polls in it. */
function found(
  faults: readonly Fault[],
  events: readonly Moment[] = [],
  skip: readonly [from: number, to: number] = [Infinity, Infinity],
): readonly Finding[] {
  const series = createSeries()
  for (let sec = 0; sec <= 120; sec += POLL_SEC) {
    if (sec >= skip[0] && sec < skip[1]) continue
    const own = faults.filter(({ from, to }) => from <= sec && sec <= to)
    const numbers: Change = Object.fromEntries(
      Object.entries(GOOD).map(([way, good]) => [
        way,
        Object.assign({}, good, ...own.map(({ change }) => change?.[way as keyof Change])),
      ]),
    )
    const marks = own.flatMap((fault) => fault.marks ?? [])
    const poll = Object.assign({ marks }, ...own.map((fault) => fault.poll))
    series.add([pollAt(sec * SEC, numbers, poll, Object.assign({}, ...own.map((f) => f.moment)))])
  }
  return findingsOf(series, events)
}

const said = (findings: readonly Finding[]): unknown[] =>
  findings.map(({ from, to, text, cause }) => [from / SEC, to / SEC, text, cause])

describe('a call in which all is well', () => {
  it('has no findings', () => expect(found([])).toEqual([]))
})

describe('what came', () => {
  const frozen: Change = { 'video.inbound': { freezeCount: 1, freezePct: 60, fps: 8 } }

  it('froze by the network where packets were lost', () => {
    const lost = { 'video.inbound': { ...frozen['video.inbound'], lossPct: 24 } }
    expect(said(found([{ from: 60, to: 64, change: lost }]))).toEqual([
      [
        ...[58, 64],
        'Received video froze 3 times, fell from 30 to 8 frames a second and lost up to 24 % of its packets',
        'network',
      ],
    ])
  })

  it('is told to be lost by the poll in which it comes again', () => {
    const none: Change = {
      'video.inbound': { bitrate: 0, fps: Number.NaN },
      'audio.inbound': { bitrate: 0, concealmentPct: 100 },
    }
    const again = { 'video.inbound': { lossPct: 69 } }
    const [audio, video] = found([
      { from: 60, to: 64, change: none },
      { from: 66, to: 66, change: again },
    ])
    expect([video?.text, video?.cause]).toEqual([
      'Received video did not come for 6 s and lost up to 69 % of its packets',
      'network',
    ])
    expect(audio?.cause).toBe('network')
  })

  it('was not sent where it comes again with nothing lost', () => {
    const none: Change = { 'video.inbound': { bitrate: 0, fps: Number.NaN } }
    expect(said(found([{ from: 60, to: 64, change: none }]))).toEqual([
      [58, 64, 'Received video did not come for 6 s', 'far end'],
    ])
  })

  it('is the far end where fewer frames come, none lost, and those of its own go on', () => {
    const few: Change = { 'video.inbound': { fps: 11 } }
    expect(said(found([{ from: 60, to: 70, change: few }]))).toEqual([
      [58, 70, 'Received video fell from 30 to 11 frames a second', 'far end'],
    ])
  })

  it('has no cause where nothing tells it', () => {
    const few: Change = { 'video.inbound': { fps: 11 }, 'video.outbound': { fps: Number.NaN } }
    expect(found([{ from: 60, to: 70, change: few }])[0]?.cause).toBeNull()
  })
})

describe('what was sent', () => {
  it('is the CPU where a frame takes longer than there is until the next', () => {
    const slow: Change = { 'video.outbound': { fps: 11, encodeMs: 70 } }
    expect(said(found([{ from: 60, to: 90, change: slow }]))).toEqual([
      [
        ...[58, 90],
        'Sent video fell from 30 to 11 frames a second and was limited by the CPU (70 ms a frame)',
        'CPU',
      ],
    ])
  })

  it('is held back by the CPU where the browser says so', () => {
    const limited: Change = { 'video.outbound': { cpuPct: 100, height: 360 } }
    expect(said(found([{ from: 60, to: 90, change: limited }]))).toEqual([
      [58, 90, 'Sent video was held back for 32 s and shrank from 720 to 360 lines', 'CPU'],
    ])
  })

  const cut = { lossPct: 12, targetBitrate: 1e5, bandwidthPct: 100 }

  it('is bandwidth where round trips grow with the loss', () => {
    const fault = { from: 60, to: 70, change: { 'video.outbound': cut }, poll: { rttMs: 380 } }
    const sent = found([fault]).filter(({ text }) => text.startsWith('Sent video was cut'))
    expect(sent.map(({ cause }) => cause)).toEqual(['bandwidth'])
  })

  it('is the network where they do not', () => {
    const sent = found([{ from: 60, to: 70, change: { 'video.outbound': cut } }])
    expect(sent.find(({ text }) => text.startsWith('Sent video was cut'))?.cause).toBe('network')
  })

  it('may begin small', () => {
    const small: Change = {
      'video.outbound': { bandwidthPct: 100, height: 180, targetBitrate: 1e5 },
    }
    expect(found([{ from: 0, to: 14, change: small }])).toEqual([])
  })
})

describe('the way', () => {
  it('is long where round trips are for two polls', () => {
    expect(said(found([{ from: 60, to: 62, poll: { rttMs: 351 } }]))).toEqual([
      [58, 62, 'Round trip rose from 20 to 351 ms', 'network'],
    ])
  })

  it('is lost and found over another one', () => {
    const states = [
      eventAt(60_500, 'connection', 'connectionStateChange', { state: 'disconnected' }),
    ]
    states.push(eventAt(78_500, 'connection', 'connectionStateChange', { state: 'connected' }))
    const after = { from: 80, to: 120, poll: { path: 'turn-tcp' } }
    expect(said(found([after, { from: 78, to: 78, marks: ['iceRestart'] }], states))).toEqual([
      [
        ...[60.5, 78.5],
        'Disconnected for 18 s, then back over another path: relay over TCP, after an ICE restart',
        'network',
      ],
    ])
  })

  it('may change while it is there', () => {
    expect(said(found([{ from: 60, to: 120, poll: { path: 'turn-udp' } }]))).toEqual([
      [60, 60, 'Path changed from direct over UDP to relay over UDP', null],
    ])
  })
})

describe('the client', () => {
  it('captured nothing while its page stood still', () => {
    const gap: Fault = {
      from: 74,
      to: 74,
      marks: ['gap'],
      change: { 'video.inbound': { freezeCount: 1 } },
    }
    expect(said(found([gap], [], [60, 74]))).toEqual([
      [58, 74, 'Received video froze once', 'client'],
      [58, 74, 'Nothing was captured for 16 s: the page stood still', 'client'],
    ])
  })

  it('captured what has not arrived', () => {
    expect(said(found([], [], [60, 90]))).toEqual([[58, 90, 'Nothing of 32 s has arrived', null]])
  })

  it('held what came late', () => {
    expect(said(found([{ from: 60, to: 80, moment: { lateMs: 48_100 } }]))).toEqual([
      [58, 80, 'These items arrived up to 48 s late: they waited in the client', 'client'],
    ])
  })

  it('is not late where its clock is wrong', () => {
    expect(said(found([{ from: 0, to: 120, moment: { lateMs: -3_600_000 } }]))).toEqual([
      [0, 120, "Its clock is 1 h 00 min ahead of the collector's", 'client'],
    ])
  })

  it('ended with an item that is partial', () => {
    expect(said(found([{ from: 120, to: 120, moment: { isPartial: true } }]))).toEqual([
      [120, 120, 'Last item is partial: the page ended', null],
    ])
  })

  it('was muted', () => {
    expect(said(found([{ from: 60, to: 80, marks: ['muted'] }]))).toEqual([
      [58, 80, 'Audio was muted for 22 s', null],
    ])
  })
})
