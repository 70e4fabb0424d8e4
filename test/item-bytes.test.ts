// What is stored and sent is the JSON of the item, though it is not `JSON.stringify` that writes it.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Stat } from '../src/stats.ts'
import type { Item, StatsData } from '../src/wire.ts'
import { partialOf } from '../workers/detail.ts'
import { writeForms } from '../workers/item-bytes.ts'
import { normalize } from '../workers/normalize.ts'
import { everyRecording } from './all-series.ts'
import { TIMES } from './long.ts'
import { pipe, reportOf } from './piping.ts'

const decoder = new TextDecoder()
const DETAILS = ['full', 'report', 'metrics'] as const

/** As it is, and less and less of it: as it is written, and as it should be. */
function textsOf(item: Item<StatsData>): { written: string[]; wanted: string[] } {
  const forms = [item, ...DETAILS.map((detail) => partialOf(item, detail))]
  return {
    written: writeForms(...forms).map((json) => decoder.decode(json)),
    wanted: forms.map((form) => JSON.stringify(form)),
  }
}

const odd = fc.oneof(
  fc.anything({ withDate: true, withNullPrototype: true, withObjectString: true }),
  fc.constantFrom<unknown>(undefined, NaN, Infinity, -0, '\ud800', '"\\\u2028', new Date(0)),
  fc.constantFrom<unknown>(
    { toJSON: () => 'its own word' },
    { toJSON: () => undefined },
    { toJSON: 'no function' },
    { a: undefined, b: [undefined, NaN, () => 1], 2: 'numbers come first', 1: null },
  ),
)
const name = fc.oneof(
  fc.string(),
  fc.constantFrom('__proto__', 'constructor', 'toJSON', '7', '0', 'metrics', 'data', '"'),
)
const type = fc.oneof(name, fc.constantFrom('inbound-rtp', 'codec', 'candidate-pair', 'transport'))
const stat = fc
  .tuple(name, type, fc.array(fc.tuple(name, odd)))
  .map(([id, kind, rest]) => Object.fromEntries([...rest, ['id', id], ['type', kind]]) as Stat)
const metrics = fc
  .array(fc.tuple(name, fc.dictionary(name, odd)))
  .map((all) => Object.fromEntries(all) as StatsData['metrics'])

describe('the bytes of a stats item are what JSON.stringify writes', () => {
  it.each(everyRecording())('of $name', ({ polls }) => {
    const reports = polls.map((stats, index) => reportOf(stats, 2000 * index))
    for (const item of pipe(reports, { copies: { rawStats: true, statsObject: true } }).raised) {
      const { written, wanted } = textsOf(item)
      expect(written).toEqual(wanted)
    }
  })

  it('whatever is in it', () => {
    fc.assert(
      fc.property(fc.array(stat), metrics, fc.boolean(), (stats, known, hasCopies) => {
        const data = { ...normalize(stats), metrics: known }
        const byId = Object.fromEntries(stats.map((one) => [one.id, one]))
        const { written, wanted } = textsOf({
          ...{ event: 'stats', tag: 'stats', peerId: null, peerName: '"', pcId: 'pc1', seq: 0 },
          ...{ timestamp: '2026-01-01T00:00:00.000Z', interval: 2000, data },
          ...(hasCopies && { rawStats: stats, statsObject: byId }),
        })
        expect(written).toEqual(wanted)
      }),
      { numRuns: 300 * TIMES },
    )
  })

  it('of a stat that is written once, wherever it stands', () => {
    let asked = 0
    const counting = { id: 'x', type: 'codec', timestamp: 0, toJSON: () => asked++ }
    const data = { codec: [counting], raw: { codec: [counting] }, metrics: {} }
    const item = {
      ...pipe([reportOf([])]).raised[0],
      data,
      rawStats: [counting],
    } as unknown as Item
    const [json] = writeForms(item)
    expect(asked).toBe(1)
    expect(decoder.decode(json)).toContain('"codec":[0],"raw":{"codec":[0]}')
  })
})
