import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Reader } from '../src/serialize.ts'
import type { Stat } from '../src/stats.ts'
import { yieldToPage } from '../src/time.ts'

beforeEach(() => {
  vi.stubGlobal('document', { hidden: false })
})
afterEach(() => {
  vi.unstubAllGlobals()
})

/** A report that tells how many objects were made of it. */
class CountedReport extends Map<string, Stat> {
  made = 0

  constructor(stats: readonly Stat[]) {
    super(stats.map((stat) => [stat.id, stat]))
  }

  override get(id: string): Stat | undefined {
    this.made++
    return super.get(id)
  }

  override *values(): MapIterator<Stat> {
    for (const stat of super.values()) {
      this.made++
      yield stat
    }
  }
}

const stat = (type: string, id: string, members: object = {}): Stat => ({
  id,
  type,
  timestamp: 1,
  ...members,
})
const CALL: readonly Stat[] = [
  stat('certificate', 'c1'),
  stat('codec', 'k1'),
  stat('candidate-pair', 'p1', { nominated: true }),
  stat('candidate-pair', 'p2', { nominated: true }),
  stat('local-candidate', 'l1'),
  stat('remote-candidate', 'r1'),
  stat('transport', 't1', { selectedCandidatePairId: 'p2' }),
  stat('inbound-rtp', 'i1'),
  stat('a type of tomorrow', 'x1'),
]
const CHANGING = ['p2', 't1', 'i1', 'x1']
const WITHOUT_TRANSPORT = CALL.filter(({ type }) => type !== 'transport')

async function read(reader: Reader, stats: readonly Stat[] = CALL) {
  const report = new CountedReport(stats)
  const slices = reader.read(report)
  let slice = slices.next()
  for (; !slice.done; slice = slices.next()) await yieldToPage()
  const reading = slice.value
  return { kind: reading.read, ids: reading.stats.map(({ id }) => id), made: report.made }
}

const idsOf = (stats: readonly Stat[]): string[] => stats.map(({ id }) => id)

describe('reader', () => {
  it('the first reading has all, in the order of the report; the next only what changes; each is made once', async () => {
    const reader = new Reader(false)
    expect(await read(reader)).toEqual({ kind: 'full', ids: idsOf(CALL), made: 9 })
    expect(await read(reader)).toEqual({ kind: 'partial', ids: CHANGING, made: 4 })
  })

  it('of the pairs the one that a transport names changes, and without transports the nominated ones', async () => {
    const reader = new Reader(false)
    await read(reader, WITHOUT_TRANSPORT)
    expect((await read(reader, WITHOUT_TRANSPORT)).ids).toEqual(['p1', 'p2', 'i1', 'x1'])
  })

  it.each<[string, readonly Stat[]]>([
    ['there is one more', [...CALL, stat('codec', 'k2')]],
    ['there is one less', CALL.slice(1)],
    ['an id has given its place to another', [...CALL.slice(0, -1), stat('inbound-rtp', 'i2')]],
    [
      'another pair is in use',
      CALL.map((each) =>
        each.id === 't1' ? stat('transport', 't1', { selectedCandidatePairId: 'p1' }) : each,
      ),
    ],
  ])('all is read where %s', async (_, changed) => {
    const reader = new Reader(false)
    await read(reader)
    await read(reader)
    expect(await read(reader, changed)).toMatchObject({ kind: 'full', ids: idsOf(changed) })
    expect((await read(reader, changed)).kind).toBe('partial')
  })

  it('all is read every 15 polls, and when something has happened', async () => {
    const reader = new Reader(false)
    const kinds: string[] = []
    for (let poll = 0; poll < 31; poll++) kinds.push((await read(reader)).kind)
    expect(kinds.flatMap((kind, poll) => (kind === 'full' ? [poll] : []))).toEqual([0, 15, 30])
    expect((await read(reader)).kind).toBe('partial')
    reader.expectChange()
    expect((await read(reader)).kind).toBe('full')
    expect((await read(reader)).kind).toBe('partial')
  })

  it('what happens while a report is read makes the next reading full', async () => {
    const reader = new Reader(false)
    const reading = read(reader)
    reader.expectChange()
    expect((await reading).kind).toBe('full')
    expect((await read(reader)).kind).toBe('full')
  })

  it('where the report is wanted as it came, each reading has all', async () => {
    const reader = new Reader(true)
    for (let poll = 0; poll < 3; poll++) {
      expect(await read(reader)).toEqual({ kind: 'full', ids: idsOf(CALL), made: 9 })
    }
  })

  describe('on a slow page', () => {
    let now = 0
    let yields = 0
    const many = Array.from({ length: 100 }, (_, index) => stat('inbound-rtp', `i${index}`))
    beforeEach(() => {
      now = 0
      yields = 0
      vi.spyOn(performance, 'now').mockImplementation(() => (now += 2))
      vi.stubGlobal('scheduler', { yield: async () => void yields++ })
    })
    afterEach(() => {
      vi.restoreAllMocks()
    })

    it('big reports are read in slices, full and partial ones, and nothing is missing', async () => {
      const reader = new Reader(false)
      expect((await read(reader, many)).ids).toEqual(idsOf(many))
      const ofFull = yields
      expect(ofFull).toBeGreaterThan(2)
      expect((await read(reader, many)).ids).toEqual(idsOf(many))
      expect(yields).toBeGreaterThan(ofFull + 2)
    })

    it('without scheduler.yield a slice is a task of its own', async () => {
      vi.stubGlobal('scheduler', undefined)
      const reader = new Reader(false)
      let tasks = 0
      const other = setInterval(() => tasks++, 0)
      expect((await read(reader, many)).ids).toEqual(idsOf(many))
      clearInterval(other)
      expect(tasks).toBeGreaterThan(0)
    })

    it('a hidden page, whose timers sleep, is read at once', async () => {
      vi.stubGlobal('document', { hidden: true })
      expect((await read(new Reader(false), many)).ids).toEqual(idsOf(many))
      expect(yields).toBe(0)
    })
  })
})
