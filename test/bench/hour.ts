// An hour of one call as its page reads it: a recorded minute, again and again, with counters that go on.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Stat } from '../../src/stats.ts'
import type { Series, SeriesEvent, SeriesPoll } from '../record/series.ts'

export interface Hour {
  readonly userAgent: string
  /** What changed before the first poll. */
  readonly events: readonly SeriesEvent[]
  readonly polls: readonly SeriesPoll[]
}

/** A minute of a call in which nothing happens, polled every 2 s: `npm run record -- --script steady`. */
export const HOUR_FILE: URL = new URL('../fixtures/hour/chromium.series.json', import.meta.url)

/** So many polls; the last one of the recording is where its first one comes again. */
export function readHour(polls: number): Hour {
  const { userAgent, events, peerConnections } = JSON.parse(
    readFileSync(HOUR_FILE, 'utf8'),
  ) as Series
  const recorded = (peerConnections[0]?.polls ?? []).map((poll) => ({
    ...poll,
    report: poll.report.map(withCertificate),
  }))
  const [first, last] = [recorded[0], recorded.at(-1)]
  if (!first || !last) throw new Error('the recording: expected polls, got none')
  const round = recorded.length - 1
  const decimals = decimalsIn(recorded)
  return {
    userAgent,
    events: events.filter(({ value, t }) => value !== undefined && t < first.t),
    polls: Array.from({ length: polls }, (_, index) => {
      const poll = recorded[index % round] ?? first
      const rounds = Math.floor(index / round)
      const lateMs = rounds * (last.t - first.t)
      return {
        t: poll.t + lateMs,
        wall: Math.round(poll.wall + lateMs),
        report: poll.report.map((stat) => laterOn(stat, rounds, first, last, decimals)),
      }
    }),
  }
}

/** Half of a certificate is its key and its signature, which no compression makes smaller. */
const CERTIFICATE_BYTES = 282

/** As long as the one that was taken out of the recording. */
function withCertificate(stat: Stat): Stat {
  if (stat['base64Certificate'] === undefined) return stat
  const hash = createHash('shake256', { outputLength: CERTIFICATE_BYTES }).update(stat.id)
  return { ...stat, base64Certificate: hash.digest('base64') }
}

function laterOn(
  stat: Stat,
  rounds: number,
  first: SeriesPoll,
  last: SeriesPoll,
  decimals: ReadonlyMap<string, number>,
): Stat {
  const [begun, ended] = [first, last].map(({ report }) => report.find(({ id }) => id === stat.id))
  return move(stat, begun, ended, stat.id) as Stat

  function move(value: unknown, before: unknown, after: unknown, path: string): unknown {
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([name, member]) => [
          name,
          move(member, memberOf(before, name), memberOf(after, name), `${path} ${name}`),
        ]),
      )
    }
    const places = decimals.get(path)
    if (typeof value !== 'number' || places === undefined) return value
    const moved = value + rounds * (Number(after) - Number(before))
    // What the browser made of whole microseconds has so many digits, and a sum of such all that a double has.
    return decimalsOf(value) > MOST_DECIMALS ? moved : Number(moved.toFixed(places))
  }
}

const memberOf = (stat: unknown, name: string): unknown =>
  (stat as Readonly<Record<string, unknown>> | undefined)?.[name]

/** More are what rounding leaves behind a sum. */
const MOST_DECIMALS = 9

/** The digits after the point of each number that only ever grows, by stats id and member: a gauge is none of them. */
function decimalsIn(polls: readonly SeriesPoll[]): Map<string, number> {
  const values = new Map<string, number[]>()
  const note = (value: unknown, path: string): void => {
    if (typeof value === 'number') values.set(path, [...(values.get(path) ?? []), value])
    if (typeof value !== 'object' || value === null) return
    for (const [name, member] of Object.entries(value)) note(member, `${path} ${name}`)
  }
  for (const { report } of polls) for (const stat of report) note(stat, stat.id)
  const decimals = new Map<string, number>()
  for (const [path, readings] of values) {
    const isCounter = readings.every((value, index) => value >= (readings[index - 1] ?? value))
    if (!isCounter || readings.length < polls.length || readings[0] === readings.at(-1)) continue
    const places = readings.map(decimalsOf).filter((count) => count <= MOST_DECIMALS)
    decimals.set(path, Math.max(0, ...places))
  }
  return decimals
}

function decimalsOf(value: number): number {
  const [digits = '', exponent = '0'] = String(value).split('e')
  return Math.max(0, (digits.split('.')[1]?.length ?? 0) - Number(exponent))
}
