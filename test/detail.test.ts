import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Stat } from '../src/stats.ts'
import type { Batch, StatsData, StatsGroups } from '../src/wire.ts'
import { reduceDetail } from '../workers/detail.ts'
import { normalize } from '../workers/normalize.ts'

const url = new URL('./fixtures/wire-batch.stats.json', import.meta.url)
const { items } = JSON.parse(readFileSync(url, 'utf8')) as Batch
const sample = items[0]?.data as StatsGroups
const strange: Stat = { id: 'strange', type: '__proto__', timestamp: 1 }
const unplaced: Stat = { id: 'unplaced', type: 'inbound-rtp', timestamp: 1 }
const flat = [...Object.values(sample.raw).flat(), strange, unplaced]
const data: StatsData = { ...normalize(flat), metrics: { T01: { sendBitrate: 8 } } }

describe('detail', () => {
  it('full is the data as it is', () => {
    expect(reduceDetail(data, 'full')).toBe(data)
  })

  it('report keeps in raw what stands in no other group', () => {
    const { raw = {} } = reduceDetail(data, 'report')
    expect(Object.keys(raw)).toEqual(['inbound-rtp', 'media-playout', 'certificate', '__proto__'])
    expect(raw['inbound-rtp']).toEqual([unplaced])
  })

  it('report leaves all other groups and the metrics alone', () => {
    const { raw: _, ...rest } = reduceDetail(data, 'report')
    const { raw: _raw, ...groups } = data
    expect(rest).toEqual(groups)
  })

  it('report loses no stat', () => {
    const { metrics: _, ...groups } = reduceDetail(data, 'report')
    const text = JSON.stringify(groups)
    expect(flat.filter(({ id }) => !text.includes(JSON.stringify(id)))).toEqual([])
  })

  it('report of a decoded item is the same', () => {
    const decoded = JSON.parse(JSON.stringify(data)) as StatsData
    expect(reduceDetail(decoded, 'report')).toEqual(reduceDetail(data, 'report'))
  })

  it('metrics is the metrics alone', () => {
    expect(reduceDetail(data, 'metrics')).toEqual({ metrics: data.metrics })
  })

  it('what is reduced can be reduced again', () => {
    const report = reduceDetail(data, 'report')
    const metrics = reduceDetail(data, 'metrics')
    expect(reduceDetail(report, 'report')).toEqual(report)
    expect(reduceDetail(metrics, 'report')).toBe(metrics)
  })

  it('the data that came in is not changed', () => {
    const before = structuredClone(data)
    reduceDetail(data, 'report')
    reduceDetail(data, 'metrics')
    expect(data).toEqual(before)
  })
})
