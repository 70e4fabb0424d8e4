import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Packer } from '../src/pack.ts'
import type { CapturedReport, PostedReport } from '../src/protocol.ts'
import type { Stat } from '../src/stats.ts'
import { createUnpacker } from '../workers/unpack.ts'
import { everyRecording } from './all-series.ts'
import { reportOf } from './reports.ts'

/** What arrives on the other side of a port, poll by poll. */
function createPort(packFromStats = 0) {
  const packer = new Packer(packFromStats)
  const unpacker = createUnpacker()
  return {
    packer,
    /** As posted, and as unpacked. */
    cross(...reports: CapturedReport[]): { posted: readonly PostedReport[]; stats: Stat[][] } {
      const message = { type: 'reports' as const, tick: 1, ...packer.pack(reports) }
      const arrived = structuredClone(message)
      return {
        posted: arrived.reports,
        stats: unpacker.unpack(arrived).map(({ stats }) => [...stats]),
      }
    },
  }
}

const inbound = (members: object): Stat => ({
  id: 'i1',
  type: 'inbound-rtp',
  timestamp: 1,
  ...members,
})

/** Posts a full reading and then this one, and returns what crossed of it, and what came out. */
function crossAfter(before: Stat, now: Stat) {
  const port = createPort()
  port.cross(reportOf('full', [before]))
  const { posted, stats } = port.cross(reportOf('partial', [now]))
  const [packed] = posted
  if (packed?.read !== 'packed') throw new Error('it was not packed')
  return { packed, now: stats[0]?.[0] }
}

describe('pack', () => {
  it('of what only counts nothing crosses but numbers', () => {
    const { packed, now } = crossAfter(
      inbound({ kind: 'audio', packetsReceived: 1 }),
      inbound({ kind: 'audio', packetsReceived: 2, timestamp: 9 }),
    )
    expect(packed).toMatchObject({ whole: [], changed: [] })
    expect(now).toEqual(inbound({ kind: 'audio', packetsReceived: 2, timestamp: 9 }))
  })

  it('a member that is no number crosses when it changes, and only then', () => {
    const port = createPort()
    const stat = (codecId: string | null) => inbound({ codecId, active: true, packetsReceived: 1 })
    const changed = ['k1', 'k1', 'k2', 'k2', null].map((codecId, poll) => {
      const { posted, stats } = port.cross(reportOf(poll ? 'partial' : 'full', [stat(codecId)]))
      expect(stats).toEqual([[stat(codecId)]])
      if (posted[0]?.read !== 'packed') return null
      expect(posted[0].whole).toEqual([])
      return posted[0].changed
    })
    expect(changed).toEqual([null, [], [0, 'codecId', 'k2'], [], [0, 'codecId', null]])
  })

  it.each<[string, object, object]>([
    ['a member more', { a: 1 }, { a: 1, b: 2 }],
    ['a member less', { a: 1, b: 2 }, { a: 1 }],
    ['another order', { a: 1, b: 2 }, { b: 2, a: 1 }],
    ['a number that was none', { a: 'x' }, { a: 1 }],
    ['no number where one was', { a: 1 }, { a: 'x', b: 1 }],
    ['an array', { a: [1] }, { a: [2] }],
    ['an array for an object', { a: { b: 1 } }, { a: [1] }],
    ['an object for an array', { a: [1] }, { a: { b: 1 } }],
    ['a member more within', { a: { b: 1 } }, { a: { b: 1, c: 2 } }],
    ['a change within that is no number', { a: { b: 'x' } }, { a: { b: 'y' } }],
  ])('what has %s crosses whole, and is known from then on', (_, before, after) => {
    const { packed, now } = crossAfter(inbound(before), inbound(after))
    expect(packed.whole).toEqual([inbound(after)])
    expect(now).toEqual(inbound(after))
    expect(JSON.stringify(now)).toBe(JSON.stringify(inbound(after)))
  })

  it('numbers within a member cross as numbers', () => {
    const durations = (cpu: number) => inbound({ durations: { none: 1.5, cpu }, qp: 3 })
    const { packed, now } = crossAfter(durations(0), durations(7))
    expect(packed).toMatchObject({ whole: [], changed: [] })
    expect(now).toEqual(durations(7))
  })

  it('numbers have as much room as they need', () => {
    const port = createPort()
    const crowd = (from: number) =>
      Array.from({ length: 500 }, (_, index) => ({
        ...inbound({ n: from + index }),
        id: `${index}`,
      }))
    for (const read of ['full', 'partial', 'partial'] as const) {
      const stats = crowd(port.packer.knows('pc1') ? 7 : 0)
      expect(port.cross(reportOf(read, stats), reportOf(read, stats, 'pc2')).stats).toEqual([
        stats,
        stats,
      ])
    }
  })

  it('what is small crosses as it is, in each reading', () => {
    const port = createPort(2)
    for (const read of ['full', 'partial', 'partial'] as const) {
      const { posted, stats } = port.cross(reportOf(read, [inbound({ n: 1 })]))
      expect(posted[0]?.read).toBe(read)
      expect(stats).toEqual([[inbound({ n: 1 })]])
    }
    expect(port.packer.knows('pc1')).toBe(true)
  })

  it('the ids cross when they are others, and not again', () => {
    const port = createPort()
    const [a, b] = ['a', 'b'].map((id) => ({ ...inbound({ n: 1 }), id })) as [Stat, Stat]
    port.cross(reportOf('full', [a, b]))
    const idsOf = (stats: Stat[]) => {
      const [packed] = port.cross(reportOf('partial', stats)).posted
      return packed?.read === 'packed' ? packed.ids : null
    }
    expect([idsOf([b]), idsOf([b]), idsOf([a, b])]).toEqual([['b'], undefined, ['a', 'b']])
  })

  it('connections do not know each other, and one that is forgotten is not known', () => {
    const port = createPort()
    port.cross(
      reportOf('full', [inbound({ n: 1 })], 'pc1'),
      reportOf('full', [inbound({ m: 2 })], 'pc2'),
    )
    const { stats } = port.cross(
      reportOf('partial', [inbound({ n: 3 })], 'pc1'),
      reportOf('partial', [inbound({ m: 4 })], 'pc2'),
    )
    expect(stats).toEqual([[inbound({ n: 3 })], [inbound({ m: 4 })]])
    port.packer.forget('pc1')
    expect([port.packer.knows('pc1'), port.packer.knows('pc2')]).toEqual([false, true])
  })

  const value = fc.oneof(
    { weight: 6, arbitrary: fc.double() },
    fc.constantFrom('x', 'y', '', true, false, null, undefined, -0, 2 ** 53),
    fc.dictionary(fc.constantFrom('none', 'cpu', '0'), fc.oneof(fc.double(), fc.constant('x'))),
    fc.array(fc.nat(3), { maxLength: 2 }),
  )
  const members = fc.dictionary(fc.constantFrom('a', 'b', 'c', '1', 'd'), value)
  const poll = fc.record({
    read: fc.constantFrom<CapturedReport['read'][]>('full', 'partial', 'partial', 'partial'),
    stats: fc.dictionary(fc.constantFrom('s1', 's2', 's3'), members),
    pcId: fc.constantFrom('pc1', 'pc2'),
  })

  it('whatever changes from poll to poll, what comes out is what was read', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(poll, { maxLength: 3 }), { maxLength: 12 }),
        fc.nat(3),
        (ticks, from) => {
          const port = createPort(from)
          for (const tick of ticks) {
            const reports = tick.map(({ read, stats, pcId }) => {
              const list = Object.entries(stats).map(([id, own]) => ({ ...inbound(own), id }))
              return reportOf(read, list, pcId)
            })
            const { stats } = port.cross(...reports)
            expect(stats).toEqual(reports.map((each) => each.stats))
            expect(JSON.stringify(stats)).toBe(JSON.stringify(reports.map((each) => each.stats)))
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  it.each(everyRecording())('$name comes out as it went in', ({ polls }) => {
    const port = createPort()
    for (const [index, stats] of polls.entries()) {
      const { stats: out } = port.cross(reportOf(index % 15 ? 'partial' : 'full', stats))
      expect(out).toEqual([stats])
    }
  })
})
