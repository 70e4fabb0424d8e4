// The `RTCStatsDump` of a session, read by the description of the format.
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RunningCollector } from '../collector/src/serve.ts'
import type { Item } from '../src/wire.ts'
import { batchOf, itemOf } from './batches.ts'
import { download, putAll, startEmpty } from './downloading.ts'
import { connectionsIn, readDump, reportsOf } from './dump-reading.ts'
import type { ReadDump } from './dump-reading.ts'
import { exportedItems } from './exported-call.ts'
import { pollsOf, readRecording } from './recordings.ts'

let collector: RunningCollector

beforeEach(async () => {
  collector = await startEmpty()
})

afterEach(async () => collector.close())

async function dumpOf(sessionId = 's'): Promise<ReadDump> {
  return readDump(await (await download(collector, sessionId, '/rtcstats-dump')).text())
}

/** In batches of a few. */
async function put(items: readonly Item[], producer = 'p'): Promise<void> {
  for (let at = 0; at < items.length; at += 20) {
    await putAll(collector, [batchOf(items.slice(at, at + 20), { producer })])
  }
}

/** What a line says, but for the connection. */
const saidOf = ({ events }: ReadDump): unknown[] =>
  events.map(({ method, value, more }) => [method, value, ...more])

const at = (ms: number): string =>
  new Date(Date.parse('2026-03-01T12:00:00.000Z') + ms).toISOString()

const NAMES = [
  'chromium',
  'firefox',
  'safari17.synthetic',
  'chrome87.synthetic',
  'firefox67.synthetic',
]

const NO_COPIES = { rawStats: false, statsObject: false }

test.each([
  ...NAMES.map((name) => [name, 'report', NO_COPIES] as const),
  ['safari17.synthetic', 'full', NO_COPIES],
  ['safari17.synthetic', 'metrics', { ...NO_COPIES, rawStats: true }],
  ['safari17.synthetic', 'metrics', { ...NO_COPIES, statsObject: true }],
] as const)('all that was read is found again: %s, detail %s, %o', async (name, detail, copies) => {
  const series = readRecording(name)
  await put(exportedItems(series, detail, copies))
  const dump = await dumpOf()
  const connections = [...connectionsIn(dump)]
  expect(connections).toHaveLength(series.peerConnections.length)
  for (const [connection, { pcId }] of connections) {
    const polls = pollsOf(series, String(pcId))
    const reports = reportsOf(dump, connection)
    expect(reports.map(({ atMs }) => atMs)).toEqual(polls.map(({ wall }) => Math.floor(wall)))
    expect(reports.map(({ value }) => value)).toEqual(
      polls.map(({ report }) => Object.fromEntries(report.map(({ id, ...stat }) => [id, stat]))),
    )
  }
})

test.each([
  ['connectionStateChange', { state: 'connected' }, ['onconnectionstatechange', 'connected']],
  ['iceConnectionStateChange', { state: 'checking' }, ['oniceconnectionstatechange', 'checking']],
  ['iceGatheringStateChange', { state: 'complete' }, ['onicegatheringstatechange', 'complete']],
  ['signalingStateChange', { state: 'stable' }, ['onsignalingstatechange', 'stable']],
  ['negotiationNeeded', null, ['onnegotiationneeded', null]],
  ['iceCandidate', { candidate: 'c' }, ['onicecandidate', { candidate: 'c' }]],
  ['iceCandidateError', { errorCode: 701 }, ['onicecandidateerror', { errorCode: 701 }]],
  ['peerRemoved', null, ['peerRemoved', null]],
])('%s is known to viewers by its own method', async (event, data, expected) => {
  await put([itemOf(0, { event, data })])
  expect(saidOf(await dumpOf())).toEqual([
    ['create', expect.objectContaining({ producer: 'p', userAgent: 'test' })],
    ['create', { producer: 'p', pcId: 'pc0', peerId: 'alice', peerName: 'Alice' }],
    expected,
  ])
})

test.each([
  ['track', 'ontrack', ['audio', 't1']],
  ['trackMute', 'MediaStreamTrack.onmute', 't1'],
  ['trackUnmute', 'MediaStreamTrack.onunmute', 't1'],
  ['trackEnded', 'MediaStreamTrack.onended', 't1'],
])(
  '%s has the value that viewers look for, and all that was said beside it',
  async (event, method, value) => {
    const data = { trackIdentifier: 't1', kind: 'audio', label: 'Mic', muted: false }
    await put([itemOf(0, { event, tag: 'track', data })])
    expect(saidOf(await dumpOf()).at(-1)).toEqual([method, value, data])
  },
)

test('a data channel is announced by id and label', async () => {
  const data = { id: 3, label: 'chat', protocol: '', ordered: true }
  await put([itemOf(0, { event: 'dataChannel', tag: 'datachannel', data })])
  expect(saidOf(await dumpOf()).at(-1)).toEqual(['ondatachannel', [3, 'chat'], data])
})

test('what the app calls its own has its own name, unless a reader would take it for something else', async () => {
  const names = ['call quality', 'track', 'getStats', 'g', '36', 'create', 'constructor', 'close']
  const about = { producer: 'p', peerId: null, peerName: null }
  const nobody = { peerId: null, peerName: null, pcId: null, tag: 'application' } as const
  await put(names.map((event, seq) => itemOf(seq, { ...nobody, event, data: seq })))
  expect(saidOf(await dumpOf()).slice(1)).toEqual(
    names.map((name, seq) => [seq < 2 ? name : `event ${name}`, seq, about]),
  )
})

test('what two pages did stands in the order of time, whoever sent it first', async () => {
  const from = (seqs: readonly number[], shiftMs: number): Item[] =>
    seqs.map((seq) => itemOf(seq, { data: `${seq}`, timestamp: at(seq * 1000 + shiftMs) }))
  await put(from([20, 21, 22], 500), 'a')
  await put(from([...Array(40).keys()], 0), 'b')
  await put(from([...Array(20).keys()], 500), 'a')
  const { events } = await dumpOf()
  const said = events.filter(({ method }) => method === 'onconnectionstatechange')
  const names = new Map(
    [...connectionsIn({ metadata: {}, events })].map(([name, { producer }]) => [name, producer]),
  )
  expect(said.map(({ connection, value }) => `${value}${names.get(String(connection))}`)).toEqual(
    [...Array(40).keys()].flatMap((seq) => (seq < 23 ? [`${seq}b`, `${seq}a`] : [`${seq}b`])),
  )
  expect(said[0]?.atMs).toBe(Date.parse(at(0)))
  expect(said.at(-1)?.atMs).toBe(Date.parse(at(39_000)))
})

test('with metrics alone it says that there are no reports, and has the events', async () => {
  const items = exportedItems(readRecording('safari17.synthetic'), 'metrics')
  await put([
    ...items,
    itemOf(items.length, { event: 'iceCandidate', timestamp: items.at(-1)?.timestamp ?? at(0) }),
  ])
  const { metadata, events } = await dumpOf()
  expect(metadata['note']).toMatch(/detail: 'metrics'/)
  expect(events.map(({ method }) => method)).toEqual([
    ...['create', 'create', 'create', 'onicecandidate', 'pollsWithoutReport'],
  ])
})

test('a partial poll is counted at the end, and the report of the whole one takes its place', async () => {
  const stat = { id: 'a', type: 'codec', timestamp: 1 }
  const data = { metrics: {}, codec: [stat], raw: {} }
  const poll = itemOf(0, { event: 'stats', tag: 'stats', data })
  await put([{ ...poll, partial: true, data: { metrics: {} } }])
  expect(saidOf(await dumpOf()).at(-1)).toEqual(['pollsWithoutReport', 1])
  await put([poll])
  const [last] = (await dumpOf()).events.toReversed()
  expect(last).toMatchObject({ method: 'getStats', value: { a: { type: 'codec', timestamp: 1 } } })
})

test.each([{}, { cpu: 1 }, [], ['a'], null, 0])(
  'a member that was %j and is gone is gone',
  async (value) => {
    const stat = { id: 'a', type: 'codec', timestamp: 1 }
    const polls = [{ ...stat, x: value }, stat].map((codec, seq) =>
      itemOf(seq, { event: 'stats', tag: 'stats', data: { metrics: {}, codec: [codec], raw: {} } }),
    )
    await put(polls)
    const [last] = (await dumpOf()).events.toReversed()
    expect(last).toMatchObject({ method: 'getStats' })
    expect(last?.value).toEqual({ a: { type: 'codec', timestamp: 1 } })
  },
)

test('of a plain body each peer is a connection', async () => {
  const stat = { id: 'a', type: 'codec', timestamp: 1 }
  const common = { peerName: null, timestamp: '2026-03-01T13:00:00+01:00' }
  const stats = { ...common, event: 'stats', tag: 'stats', data: { codec: [stat] } }
  const items = [
    { ...stats, peerId: 'alice' },
    { ...stats, peerId: 'bob' },
    { ...common, event: 'online', tag: 'network', peerId: null, data: null },
  ]
  const body = { sessionId: 's', sessionName: '', exportedAt: at(0), count: 3, items }
  await putAll(collector, [body])
  const dump = await dumpOf()
  expect([...connectionsIn(dump).values()].map(({ peerId }) => peerId)).toEqual(['alice', 'bob'])
  expect(dump.events.at(-1)).toMatchObject({
    method: 'online',
    connection: null,
    atMs: Date.parse(at(0)),
  })
  expect(reportsOf(dump, 'PC_1')).toHaveLength(1)
})

test('it is a text file of the name of the session', async () => {
  await put([itemOf(0)])
  const { headers } = await download(collector, 's', '/rtcstats-dump')
  expect(headers.get('content-type')).toBe('text/plain; charset=utf-8')
  expect(headers.get('content-disposition')).toBe('attachment; filename="s.rtcstats-dump.txt"')
})
