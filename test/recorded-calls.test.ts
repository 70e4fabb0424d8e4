// The recorded calls bear what was done to them: each fault is found in what was reported.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { Item, StatsData } from '../src/wire.ts'
import type { Fault, Truth } from './record/calls/truth.ts'
import { addressesWithin } from './record/scrub.ts'

type Line = Item & {
  readonly sessionId: string
  readonly producer: string
  readonly receivedAt: string
}

interface Recorded {
  readonly truth: Truth
  readonly lines: readonly Line[]
}

const FOLDER = join(import.meta.dirname, 'fixtures/calls')

function read(name: string): Recorded {
  const text = gunzipSync(readFileSync(join(FOLDER, `${name}.jsonl.gz`))).toString()
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
  const truth = JSON.parse(readFileSync(join(FOLDER, `${name}.truth.json`), 'utf8')) as Truth
  return { truth, lines }
}

const NETWORK = read('lossy-network')
const CPU = read('busy-cpu')
const OUTAGE = read('outage')

function faultOf({ truth }: Recorded, kind: Fault['kind']): Fault {
  const fault = truth.faults.find((one) => one.kind === kind)
  if (!fault) throw new Error(`no ${kind} in ${truth.name}`)
  return fault
}

/** Of everybody, what was read while the fault was, or so much later. */
function during({ truth, lines }: Recorded, { from, to }: Fault, laterMs = 0) {
  const [start, end] = [Date.parse(from) + truth.intervalMs / 2, Date.parse(to ?? from) + laterMs]
  return lines.filter(({ event, timestamp, partial }) => {
    const at = Date.parse(timestamp)
    return event === 'stats' && !partial && at >= start && at <= end
  }) as (Line & { readonly data: StatsData })[]
}

/** Who of them it is true of at least once. */
function who(lines: ReturnType<typeof during>, isSo: (data: StatsData) => boolean): string[] {
  const found = lines.filter(({ data }) => isSo(data)).map(({ peerId }) => peerId ?? '')
  return [...new Set(found)].sort()
}

const some = (data: StatsData, name: string, least: number): boolean =>
  Object.values(data.metrics).some(
    (metrics) => Number((metrics as Record<string, unknown>)[name] ?? 0) >= least,
  )

test.each([NETWORK, CPU, OUTAGE])('$truth.name has a session of each who took part', (call) => {
  const { participants, roomId } = call.truth
  const found = new Set(call.lines.map(({ sessionId, peerId }) => `${sessionId} ${peerId ?? '-'}`))
  for (const one of participants) expect(found).toContain(`${one.sessionId} ${one.peerId}`)
  expect(new Set(call.lines.map(({ sessionId }) => sessionId)).size).toBe(participants.length)
  expect(roomId).toBe(call.truth.name)
})

test.each([NETWORK, CPU, OUTAGE])('$truth.name names nobody by an address', ({ lines }) => {
  expect(addressesWithin(lines.map(({ data }) => data))).toEqual([])
})

test('the picture stands for seconds for who was cut off, and for nobody else', () => {
  const lines = during(NETWORK, faultOf(NETWORK, 'downlink-cut'), 3000)
  expect(who(lines, (data) => some(data, 'freezePct', 50))).toEqual(['bob'])
})

test('who is muted sends silence, and nobody else does', () => {
  const lines = during(NETWORK, faultOf(NETWORK, 'muted'))
  const isSilent = ({ quality, audio }: StatsData): boolean =>
    (quality?.muted ?? []).some((id) => audio?.outbound.some((stat) => stat.id === id))
  expect(who(lines, isSilent)).toEqual(['carol'])
})

test('who loses packets hears the others worse than anybody else', () => {
  const lines = during(NETWORK, faultOf(NETWORK, 'downlink-loss'))
  expect(who(lines, ({ quality }) => (quality?.audio.inbound?.mos ?? 5) < 3)).toEqual(['bob'])
})

test('round trips are long on each connection of who is far away', () => {
  const lines = during(NETWORK, faultOf(NETWORK, 'delay'))
  const own = lines.filter(({ peerId }) => peerId === 'carol')
  const isLong = ({ quality }: StatsData): boolean => (quality?.selectedPair?.rttMs ?? 0) >= 300
  expect(own.filter(({ data }) => isLong(data)).length).toBeGreaterThan(2)
  expect(who(lines, isLong)).not.toContain('bob')
})

test('who has a narrow uplink sends a smaller picture, for want of bandwidth', () => {
  const lines = during(NETWORK, faultOf(NETWORK, 'uplink-bandwidth'))
  const isSmall = ({ quality }: StatsData): boolean =>
    (quality?.video.outbound?.height ?? 360) < 360
  expect(
    who(lines, (data) => isSmall(data) && some(data, 'qualityLimitation.bandwidth', 1)),
  ).toEqual(['alice'])
})

test('the sender of a picture that is too large is limited by the processor, and nothing is lost', () => {
  const lines = during(CPU, faultOf(CPU, 'encoder-overload'))
  expect(who(lines, (data) => some(data, 'qualityLimitation.cpu', 1))).toEqual(['alice'])
  expect(who(lines, (data) => some(data, 'lossPct', 1))).toEqual([])
})

test('a page that stood still has one interval as long as that', () => {
  const lines = during(CPU, faultOf(CPU, 'page-stopped'), 1000)
  const own = lines.filter(({ peerId }) => peerId === 'bob')
  expect(who(own, (data) => some(data, 'intervalSec', 12))).toEqual(['bob'])
})

test('who lost his path goes on over another one', () => {
  const { to } = faultOf(OUTAGE, 'path-down')
  const paths = OUTAGE.lines.flatMap(({ peerId, event, timestamp, data }) => {
    const path = (data as StatsData | null)?.quality?.selectedPair?.path
    if (event !== 'stats' || peerId !== 'alice' || !path) return []
    return `${timestamp < String(to) ? 'before' : 'after'} ${path}`
  })
  expect([...new Set(paths)]).toEqual(['before turn-udp', 'after turn-tcp'])
})

test('what could not be sent comes late, and complete', () => {
  const { from, to, who: late } = faultOf(OUTAGE, 'collector-unreachable')
  const own = OUTAGE.lines.filter(({ sessionId }) => sessionId === `outage-${late}`)
  const waiting = own.filter(({ timestamp }) => timestamp > from && timestamp < String(to))
  expect(waiting.length).toBeGreaterThan(20)
  for (const { receivedAt } of waiting) expect(receivedAt > String(to)).toBe(true)
  const seqs = own.filter(({ producer }) => !producer.includes('.w')).map(({ seq }) => seq)
  expect(seqs).toEqual(seqs.map((_, index) => index))
})

test('a crash leaves a gap, and of its last moment a part', () => {
  const { from, who: crashed } = faultOf(OUTAGE, 'crash')
  const own = OUTAGE.lines.filter(
    ({ sessionId, producer }) => sessionId === `outage-${crashed}` && !producer.includes('.w'),
  )
  const seqs = own.map(({ seq }) => seq)
  expect(seqs.length).toBeLessThan((seqs.at(-1) ?? 0) + 1)
  expect(own.at(-1)?.partial).toBe(true)
  for (const { timestamp } of own) expect(timestamp < from).toBe(true)
})
