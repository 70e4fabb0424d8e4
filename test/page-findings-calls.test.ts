// What the page finds out about the recorded calls is what was done to them.
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Cause, Finding } from '../collector/page/findings/finding.ts'
import { findingsOf } from '../collector/page/findings/findings.ts'
import { createEvents } from '../collector/page/series/events.ts'
import { createSeries } from '../collector/page/series/series.ts'
import { momentOf } from '../collector/src/live/moment.ts'
import type { Moment } from '../collector/src/live/views.ts'
import type { Item } from '../src/wire.ts'
import type { Fault, Truth } from './record/calls/truth.ts'

type Line = Item & { readonly producer: string; readonly receivedAt: string }

const FOLDER = new URL('fixtures/calls/', import.meta.url)
/** What is read at intervals of 2 s begins and ends up to two of them off. */
const SLACK_MS = 4000

function read(name: string): { readonly truth: Truth; readonly lines: readonly Line[] } {
  const truth = JSON.parse(readFileSync(new URL(`${name}.truth.json`, FOLDER), 'utf8')) as Truth
  const text = gunzipSync(readFileSync(new URL(`${name}.jsonl.gz`, FOLDER))).toString()
  return {
    truth,
    lines: text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line),
  }
}

/** Of all connections of one of them. */
function findingsAbout(lines: readonly Line[], peerId: string): Finding[] {
  const own = lines.filter((line) => line.peerId === peerId)
  const ids = new Set(own.flatMap(({ pcId }) => pcId ?? []))
  return [...ids].flatMap((id) => {
    const moments = own
      .filter(({ pcId }) => pcId === id || pcId === null)
      .map((line, at): Moment => {
        const time = Date.parse(line.timestamp)
        const lateMs = Date.parse(line.receivedAt) - time
        return { id: at, seq: line.seq, at: time, lateMs, ...momentOf(line as never) }
      })
    const [series, events] = [createSeries(), createEvents()]
    series.add(moments)
    events.add(moments)
    return findingsOf(series, events.all)
  })
}

interface Expected {
  readonly call: string
  readonly kind: Fault['kind']
  readonly says: RegExp
  readonly cause: Cause | null
}

const EXPECTED: readonly Expected[] = [
  {
    call: 'lossy-network',
    kind: 'downlink-cut',
    says: /video froze|did not come/,
    cause: 'network',
  },
  { call: 'lossy-network', kind: 'muted', says: /^Audio was muted/, cause: null },
  { call: 'lossy-network', kind: 'downlink-loss', says: /audio lost up to/, cause: 'network' },
  {
    call: 'lossy-network',
    kind: 'delay',
    says: /^Round trip rose .* to 3\d\d ms/,
    cause: 'network',
  },
  { call: 'lossy-network', kind: 'uplink-bandwidth', says: /was cut from/, cause: 'bandwidth' },
  { call: 'busy-cpu', kind: 'encoder-overload', says: /limited by the CPU/, cause: 'CPU' },
  { call: 'busy-cpu', kind: 'page-stopped', says: /the page stood still/, cause: 'client' },
  {
    call: 'outage',
    kind: 'path-down',
    says: /back over another path.*ICE restart/,
    cause: 'network',
  },
  { call: 'outage', kind: 'collector-unreachable', says: /arrived up to .* late/, cause: 'client' },
  { call: 'outage', kind: 'crash', says: /^Last item is partial/, cause: null },
]

describe('of a recorded call', () => {
  it.each(EXPECTED)('$call, $kind is found, with its cause', ({ call, kind, says, cause }) => {
    const { truth, lines } = read(call)
    const fault = truth.faults.find((one) => one.kind === kind)
    const [from, to] = [fault?.from, fault?.to ?? truth.endedAt].map((iso) => Date.parse(iso ?? ''))
    const near = findingsAbout(lines, fault?.who ?? '').filter(
      (finding) =>
        says.test(finding.text) &&
        finding.from <= (to ?? 0) + SLACK_MS &&
        // The last that is heard of a page that crashes is from before.
        finding.to >= (from ?? 0) - (kind === 'crash' ? 10_000 : SLACK_MS),
    )
    expect(near.map((finding) => finding.cause)).toContain(cause)
  })
})
