// Compares what chrome://webrtc-internals derived with what we derive of the same counters.
import type { Item, StatsData } from '../../src/wire.ts'
import { spanOf } from './assemble.ts'
import type { MemberSeries, ObjectSeries } from './assemble.ts'
import { CHROME_NAMES } from './chrome-names.ts'
import type { Match } from './chrome-names.ts'

/** What came of one series of Chrome, over all objects of a type and kind. */
export interface Compared {
  /** Stats type and kind, and the name of Chrome. */
  readonly series: string
  /** Our metric, or why it is not compared with one; null where nobody has said. */
  readonly ours: string | null
  /** Of Chrome. */
  values: number
  /** Of them, those that were compared. */
  compared: number
  /** Of them, those that are of another interval than ours. */
  apart: number
  /** Values that are not equal, and those that one side alone has. */
  readonly faults: string[]
}

/** All readings of one object that have one time: the first of them is the one that counts here. */
interface Reading {
  readonly timestamp: number
  readonly metrics: Readonly<Record<string, unknown>>
  /**
   * Counters moved while the time stood still: a sender's report of the far end has its own time, and round trips are
   * measured in between. Chrome takes the next delta from the last of these readings, we from the first, so that
   * nothing is left uncounted.
   */
  hasMoved: boolean
}

/** Rates that Chrome has rounded. */
const ROUNDED_WITHIN = 0.5
const RELATIVE_WITHIN = 1e-6
/** The least deviation that is told from none, ms. */
const DEVIATION_WITHIN = 0.001

/** @param items what came of the same connection */
export function compare(objects: readonly ObjectSeries[], items: readonly Item[]): Compared[] {
  const readings = readingsIn(items)
  const derived = objects.map((object) => ({ object, kind: kindOf(object) }))
  // A metric that no object of this type and kind has is not derived (yet); else it must be there.
  const known = new Set(
    derived.flatMap(({ object: { id, type }, kind }) =>
      (readings.get(id) ?? []).flatMap(({ metrics }) =>
        Object.keys(metrics).map((metric) => `${type}${kind} ${metric}`),
      ),
    ),
  )
  return derived.flatMap(({ object, kind }) =>
    object.members
      .filter(({ name }) => name.startsWith('['))
      .map((series) => {
        const match = CHROME_NAMES[object.type]?.[series.name] ?? null
        const result: Compared = {
          series: `${object.type}${kind} ${series.name}`,
          ours: typeof match === 'object' ? (match?.metric ?? null) : match,
          values: series.values.length,
          compared: 0,
          apart: 0,
          faults: [],
        }
        if (match === null || typeof match === 'string') return result
        const names = [match.metric, ...(match.less === undefined ? [] : [match.less])]
        const missing = names.find((name) => !known.has(`${object.type}${kind} ${name}`))
        if (missing !== undefined) return { ...result, ours: `${missing} is not derived` }
        comparePoints(object, series, match, readings.get(object.id) ?? [], result)
        return result
      }),
  )
}

/** Of several objects and connections as of one. */
export function total(all: readonly Compared[]): Compared[] {
  const bySeries = new Map<string, Compared>()
  for (const one of all) {
    const sum = bySeries.get(one.series)
    if (!sum) {
      bySeries.set(one.series, { ...one, faults: [...one.faults] })
      continue
    }
    sum.values += one.values
    sum.compared += one.compared
    sum.apart += one.apart
    sum.faults.push(...one.faults)
  }
  return [...bySeries.values()]
}

function comparePoints(
  { id, members, timestamps }: ObjectSeries,
  series: MemberSeries,
  match: Match,
  readings: readonly Reading[],
  result: Compared,
): void {
  const ours = new Map(readings.map(({ timestamp, metrics }) => [timestamp, metrics]))
  const valueAt = (time: number): number | undefined => ourValue(match, ours.get(time))
  const moved = new Set(
    readings.slice(1).flatMap(({ timestamp }, n) => (readings[n]?.hasMoved ? [timestamp] : [])),
  )
  const whole = members.find(({ name }) => name === match.per)
  const per = whole && valuesByTime(whole, timestamps, [])
  const chromes = valuesByTime(series, timestamps, [
    (time) => valueAt(time) !== undefined,
    (time) => valueAt(time) !== undefined && !moved.has(time),
  ])
  if (!chromes && moved.size > 0) {
    result.apart += series.values.length
    return
  }
  if (!chromes || (match.per !== undefined && !per)) {
    result.faults.push(`${id}: ${series.values.length} values that are not where ours are`)
    return
  }
  for (const [time, value] of chromes) {
    const chrome = per ? value / (per.get(time) ?? Number.NaN) : value
    if (moved.has(time)) {
      result.apart++
      continue
    }
    // No sample was received in the interval: there is no share of them.
    if (per && Number.isNaN(chrome)) continue
    const own = valueAt(time)
    result.compared++
    if (own === undefined || !isNear(own * match.factor, chrome, match)) {
      result.faults.push(`${id} at ${time}: Chrome ${chrome}, ours ${own}`)
    }
  }
}

/**
 * Chrome leaves out what cannot be known, as we do. Where it has a value for every reading between the first and the
 * last, each has its time; else they are in the readings that are `likely`.
 */
function valuesByTime(
  series: MemberSeries,
  timestamps: readonly number[],
  likely: readonly ((time: number) => boolean)[],
): Map<number, number> | undefined {
  const all = spanned(series, timestamps)
  // A rate has no value where the time stood still.
  const distinct = spanned(series, [...new Set(timestamps)])
  const placed = [all, distinct, ...likely.map((isLikely) => distinct.filter(isLikely))].find(
    ({ length }) => length === series.values.length,
  )
  return placed && new Map(placed.map((time, index) => [time, Number(series.values[index])]))
}

/** The readings from its first value to its last. */
function spanned(series: MemberSeries, timestamps: readonly number[]): readonly number[] {
  const { first, last } = spanOf(series, timestamps)
  return first < 0 ? [] : timestamps.slice(first, last + 1)
}

function ourValue({ metric, less }: Match, metrics: Reading['metrics'] = {}): number | undefined {
  const [value, lesser] = [metrics[metric], less === undefined ? 0 : metrics[less]]
  return typeof value === 'number' && typeof lesser === 'number' ? value - lesser : undefined
}

function isNear(ours: number, chrome: number, { nearness }: Match): boolean {
  const difference = Math.abs(ours - chrome)
  switch (nearness) {
    case 'rounded':
      return difference <= ROUNDED_WITHIN + RELATIVE_WITHIN
    case 'ratio':
      return difference <= RELATIVE_WITHIN * Math.abs(chrome)
    case 'deviation':
      return difference <= RELATIVE_WITHIN * Math.abs(chrome) + DEVIATION_WITHIN
    default:
      return nearness satisfies never
  }
}

/** By id. */
function readingsIn(items: readonly Item[]): Map<string, Reading[]> {
  const readings = new Map<string, Reading[]>()
  const firsts = new Map<string, string>()
  for (const { data, rawStats = [] } of items as readonly Item<StatsData>[]) {
    for (const stat of rawStats) {
      const { id, timestamp } = stat
      const all = readings.get(id) ?? []
      readings.set(id, all)
      const last = all.at(-1)
      const content = JSON.stringify(stat)
      if (last?.timestamp === timestamp) {
        last.hasMoved ||= firsts.get(id) !== content
      } else {
        firsts.set(id, content)
        all.push({ timestamp, metrics: { ...data.metrics[id] }, hasMoved: false })
      }
    }
  }
  return readings
}

/** With a space before it; empty where it has none. */
function kindOf({ members }: ObjectSeries): string {
  const kind = members.find(({ name }) => name === 'kind')?.values[0]
  return typeof kind === 'string' ? ` ${kind}` : ''
}
