import { describe, expect, it } from 'vitest'
import type { Stat } from '../src/stats.ts'
import type { ObjectSeries } from './replay/assemble.ts'
import { stat } from './deriving.ts'
import { compare, total } from './replay/compare.ts'
import type { Compared } from './replay/compare.ts'
import { feed } from './replay/feed.ts'

const BITS = '[bytesSent_in_bits/s]'
const ROUND_TRIPS = '[totalRoundTripTime/roundTripTimeMeasurements]'

/** Compares one object with what Chrome derived of it; the values are in the last readings, or from `startMs` on. */
function compareOne(
  readings: readonly Stat[],
  name: string,
  values: readonly unknown[],
  startMs?: number,
): Compared | undefined {
  const timestamps = readings.map(({ timestamp }) => timestamp)
  const polls = readings.map((reading, n) => ({
    clockMs: 1000 * n,
    wallMs: 1000 * n,
    report: [reading],
  }))
  const { id = '', type = '' } = readings[0] ?? {}
  const series = {
    name,
    values,
    startMs: startMs ?? timestamps.at(-values.length) ?? 0,
    endMs: timestamps.at(-1) ?? 0,
  }
  const object: ObjectSeries = { id, type, timestamps, members: [series] }
  return compare([object], feed([{ pcId: 'a', polls, changes: [] }]))[0]
}

const sent = [0, 1001, 2001, 3001].map((at, n) =>
  stat('outbound-rtp', at, { bytesSent: 125 * n * n }, 'out'),
)
const far = (at: number, count: number): Stat =>
  stat(
    'remote-outbound-rtp',
    at,
    { totalRoundTripTime: count * count, roundTripTimeMeasurements: count },
    'far',
  )

describe('a series of Chrome', () => {
  it('that it has rounded is ours', () => {
    expect(compareOne(sent, BITS, [999, 3000, 5000])).toMatchObject({ compared: 3, faults: [] })
  })

  it('of another value is not', () => {
    expect(compareOne(sent, BITS, [999, 3001, 5000])?.faults).toEqual([
      'out at 2001: Chrome 3001, ours 3000',
    ])
  })

  it('with a value where we have none is not ours', () => {
    expect(compareOne(sent, BITS, [0, 999, 3000, 5000])?.faults).toEqual([
      'out at 0: Chrome 0, ours undefined',
    ])
  })

  it('with fewer values than we have is not ours', () => {
    expect(compareOne(sent, BITS, [999, 5000], 1001)?.faults).toEqual([
      'out: 2 values that are not where ours are',
    ])
  })

  it('that leaves out what we leave out is ours', () => {
    const readings = [far(100, 1), far(200, 2), far(300, 2), far(400, 3)]
    expect(compareOne(readings, ROUND_TRIPS, [3, 5], 200)).toMatchObject({
      compared: 2,
      faults: [],
    })
  })

  it('is of another interval where counters moved while the time stood still', () => {
    const readings = [far(100, 1), far(200, 2), far(200, 3), far(300, 4), far(400, 5)]
    expect(compareOne(readings, ROUND_TRIPS, [3, 7, 9], 200)).toMatchObject({
      values: 3,
      compared: 2,
      apart: 1,
      faults: [],
    })
    const unmoved = [far(100, 1), far(200, 2), far(200, 3), far(300, 3), far(400, 5)]
    expect(compareOne(unmoved, ROUND_TRIPS, [3, 8], 200)).toMatchObject({ compared: 2, faults: [] })
  })

  it('that is not derived (yet), or that nobody has named, is not compared', () => {
    const unnamed = compareOne(sent, '[new/s]', [1])
    expect(unnamed).toMatchObject({ ours: null, values: 1, compared: 0, faults: [] })
    const later = [1, 2].map((at) => stat('inbound-rtp', at, {}, 'in'))
    expect(compareOne(later, '[framesDecoded/s]', [25])).toMatchObject({
      ours: 'fpsDecoded is not derived',
      compared: 0,
      faults: [],
    })
  })

  it('counts as one over all objects', () => {
    const one = compareOne(sent, BITS, [999, 3000, 5000])
    const other = compareOne(sent, BITS, [999, 3000, 5001])
    const all = [one, other].filter((compared) => compared !== undefined)
    expect(total(all)).toMatchObject([{ values: 6, compared: 6, faults: [expect.any(String)] }])
  })
})
