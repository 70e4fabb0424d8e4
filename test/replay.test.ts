import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import type { Stat } from '../src/stats.ts'
import { stat } from './deriving.ts'
import { feed } from './replay/feed.ts'
import { linesOf } from './replay/lines.ts'
import { readRecording } from './replay/read.ts'

const folder = mkdtempSync(join(tmpdir(), 'replay-'))
afterAll(() => rmSync(folder, { recursive: true }))

const RUN = join(import.meta.dirname, 'replay/run.ts')

interface Output {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** What the command says of a file with this in it. */
function replay(content: unknown, ...flags: readonly string[]): Output {
  const file = join(folder, 'recording')
  writeFileSync(file, bytesOf(content))
  return runWith(file, ...flags)
}

const runWith = (...args: readonly string[]): Output =>
  spawnSync(process.execPath, ['--import', 'tsx', RUN, ...args], { encoding: 'utf8' })

const bytesOf = (content: unknown): Uint8Array =>
  content instanceof Uint8Array ? content : new TextEncoder().encode(JSON.stringify(content))

const linesIn = ({ stdout }: Output): unknown[] =>
  stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))

const linesFrom = (content: unknown): unknown[] =>
  linesOf(feed(readRecording(bytesOf(content))), false)

const out = (at: number, bytesSent: number): Stat =>
  stat('outbound-rtp', at, { kind: 'video', bytesSent }, 'out')
const codec = (at: number): Stat => stat('codec', at, {}, 'codec')

/** Two connections, read in turn; the second is read once more before it has a stream. */
const SERIES = {
  events: [
    { t: 900, wall: 905, name: 'offer' },
    { t: 910, wall: 915, name: 'a:signalingstatechange', value: 'new/new/new/have-local-offer' },
    { t: 990, wall: 995, name: 'a:iceconnectionstatechange', value: 'new/checking/new/stable' },
    { t: 1500, wall: 1505, name: 'b:connectionstatechange', value: 'connected/new/new/stable' },
  ],
  peerConnections: [
    {
      pcId: 'a',
      polls: [
        { t: 1000, wall: 1005, report: [codec(1000), out(1000, 0)] },
        { t: 2000, wall: 2005, report: [codec(2000), out(2000, 1000)] },
        { t: 3000, wall: 3005, report: [{ ...codec(3000), type: 'transport' }, out(3000, 3000)] },
      ],
    },
    {
      pcId: 'b',
      polls: [
        { t: 1200, eventTime: 1205, report: [] },
        { t: 2200, eventTime: 2205, report: [out(2200, 500)] },
        { t: 2700, eventTime: 2705, report: [out(2700, 1000)] },
      ],
    },
  ],
}

const bitrateLine = (pcId: string, poll: number, bitrate: number, intervalSec = 1) => ({
  ...{ pcId, poll, id: 'out', type: 'outbound-rtp', kind: 'video' },
  metrics: { intervalSec, bitrate },
})
const codecLine = (pcId: string, poll: number) => ({
  ...{ pcId, poll, id: 'codec', type: 'codec', kind: null },
  metrics: {},
})

describe('npm run replay', () => {
  it('prints a line for each object that was in the poll before, in the order of time', () => {
    const output = replay(SERIES)
    expect(output).toMatchObject({ status: 0, stderr: '' })
    expect(linesIn(output)).toEqual([
      codecLine('a', 1),
      bitrateLine('a', 1, 8000),
      bitrateLine('b', 2, 8000, 0.5),
      bitrateLine('a', 2, 16_000),
    ])
  })

  it('with --quality prints a line more for each poll, after those of its objects', () => {
    const lines = linesIn(replay(SERIES, '--quality')) as Record<string, unknown>[]
    expect(
      lines.map(({ pcId, poll, id, quality }) => [
        pcId,
        poll,
        quality === undefined ? id : 'quality',
      ]),
    ).toEqual([
      ['a', 0, 'quality'],
      ['b', 0, 'quality'],
      ['a', 1, 'codec'],
      ['a', 1, 'out'],
      ['a', 1, 'quality'],
      ['b', 1, 'quality'],
      ['b', 2, 'out'],
      ['b', 2, 'quality'],
      ['a', 2, 'out'],
      ['a', 2, 'quality'],
    ])
  })

  it.each([
    ['no JSON', new TextEncoder().encode('RTCStatsDump\n{}'), /^the file: expected JSON/],
    ['half a gzip', gzipSync('[]').subarray(0, 12), /^the file: expected whole gzip/],
    ['a lone report', { out: out(0, 0) }, /expected peerConnections, .*, got an object$/],
    ['a poll without time', { peerConnections: [{ pcId: 'a', polls: [{ report: [] }] }] }, /\.t: /],
  ])('says one sentence where the file has %s', (_, content, sentence) => {
    const { status, stdout, stderr } = replay(content)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr.trimEnd()).toMatch(sentence)
    expect(stderr.trimEnd()).not.toContain('\n')
  })

  it.each([
    ['no file', [], /^Expected one file, got 0\. Usage: /],
    ['two files', ['a', 'b'], /^Expected one file, got 2\. Usage: /],
    ['an option it has not', ['a', '--fast'], /--fast.* Usage: /],
    ['a file that is not there', [join(folder, 'nowhere')], /^ENOENT: /],
  ])('says one sentence where it is given %s', (_, args, sentence) => {
    const { status, stdout, stderr } = runWith(...args)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr.trimEnd()).toMatch(sentence)
    expect(stderr.trimEnd()).not.toContain('\n')
  })
})

describe('a series', () => {
  it('becomes the events and the reports that a page would have handed over', () => {
    const items = feed(readRecording(bytesOf(SERIES)))
    expect(items.map(({ seq, event, pcId }) => [seq, event, pcId])).toEqual([
      [0, 'peerAdded', 'a'],
      [1, 'signalingStateChange', 'a'],
      // The event is named after one state, and says the change of another too.
      [2, 'iceConnectionStateChange', 'a'],
      [3, 'signalingStateChange', 'a'],
      [4, 'stats', 'a'],
      [5, 'peerAdded', 'b'],
      [6, 'stats', 'b'],
      [7, 'connectionStateChange', 'b'],
      [8, 'stats', 'a'],
      [9, 'stats', 'b'],
      [10, 'stats', 'b'],
      [11, 'stats', 'a'],
    ])
    expect(items[0]).toMatchObject({
      tag: 'peer',
      timestamp: '1970-01-01T00:00:00.915Z',
      interval: 1000,
      data: {
        connectionState: 'new',
        iceConnectionState: 'new',
        iceGatheringState: 'new',
        signalingState: 'stable',
      },
    })
    expect(items[1]).toMatchObject({ tag: 'connection', data: { state: 'have-local-offer' } })
    expect(items[6]).toMatchObject({ timestamp: '1970-01-01T00:00:01.205Z' })
  })

  it('whose clock was set back keeps the order in which it was read', () => {
    const polls = [5000, 4000, 6000].map((t, n) => ({ t, report: [out(1000 * n, 125 * n)] }))
    expect(linesFrom({ peerConnections: [{ pcId: 'a', polls }] })).toEqual([
      bitrateLine('a', 1, 1000),
      bitrateLine('a', 2, 1000),
    ])
  })
})

describe('an array of reports', () => {
  const reports = [
    [codec(0), out(0, 0)],
    [],
    [codec(1000), out(1000, 1000)],
    [codec(2000), out(2000, 1500)],
  ]
  const expected = [codecLine('pc1', 3), bitrateLine('pc1', 3, 4000)]

  it.each([
    ['arrays', reports],
    [
      'objects by id',
      reports.map((report) => Object.fromEntries(report.map((one) => [one.id, one]))),
    ],
    ['polls', reports.map((report) => ({ report }))],
  ])('of %s is one connection', (_, content) => {
    expect(linesFrom(content)).toEqual(expected)
  })

  it('has the time of the newest object in each, or of the report before', () => {
    const stats = feed(readRecording(bytesOf([[], ...reports]))).filter(
      ({ tag }) => tag === 'stats',
    )
    expect(stats.map(({ timestamp }) => Date.parse(timestamp))).toEqual([0, 0, 0, 1000, 2000])
  })

  it.each([
    [
      'a single report',
      [codec(0), out(0, 0)],
      'the file: expected an array of reports, got a single report',
    ],
    ['no time at all', [[]], 'the time of [0]: expected a time in ms, got undefined'],
    [
      'an object without type',
      [[{ id: 'x' }]],
      '[0][0]: expected a statistics object with id and type, got an object',
    ],
    ['a number', [7], '[0]: expected a report as an array or an object, got 7'],
    [
      'a time no Date has',
      [{ t: 1e20, report: [] }],
      'the time of [0]: expected a time in ms, got 100000000000000000000',
    ],
  ])('is refused with %s', (_, content, sentence) => {
    expect(() => readRecording(bytesOf(content))).toThrow(sentence)
  })
})
