import { describe, expect, it } from 'vitest'
import { Timeline } from '../workers/timeline.ts'
import { record } from './stores.ts'

describe('timeline', () => {
  it('has the items, oldest first', () => {
    const timeline = new Timeline()
    timeline.add(record(0))
    timeline.add(record(1, 0))
    expect(timeline.items().map(({ seq }) => seq)).toEqual([0, 1])
  })

  it('holds 2,000 items and says how many were cut', () => {
    const timeline = new Timeline()
    for (let seq = 0; seq < 2005; seq++) timeline.add(record(seq))
    const items = timeline.items()
    expect(items).toHaveLength(2001)
    expect(items[0]).toMatchObject({ event: 'timeline:cut', tag: 'exporter', data: { dropped: 5 } })
    expect(items[1]).toMatchObject({ seq: 5 })
  })

  it('holds 16 MiB', () => {
    const timeline = new Timeline()
    for (let seq = 0; seq < 20; seq++) timeline.add(record(seq, 1, 1_000_000))
    expect(timeline.items()[0]?.data).toEqual({ dropped: 4 })
  })
})
