// docs/metrics.md and docs/prometheus.md say what the source does.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it, test } from 'vitest'
import type { Stat } from '../src/stats.ts'
import { tabulate } from '../workers/formulas.ts'
import { EVALUATE } from '../workers/kit.ts'
import type { Formula, Moment } from '../workers/kit.ts'
import { LEGACY_NAMES } from '../workers/legacy.ts'
import { stat } from './deriving.ts'
import { DESCRIBE } from './metrics-page/describe.ts'
import type { Description } from './metrics-page/describe.ts'
import { metricsPage, RECORDINGS } from './metrics-page/page.ts'
import { prometheusPage } from './metrics-page/prometheus.ts'
import { unitOf } from './metrics-page/unit.ts'
import { membersOf } from './metrics-page/wire-docs.ts'

const page = readFileSync(new URL('../docs/metrics.md', import.meta.url), 'utf8')

describe('docs/metrics.md', () => {
  it('is what the source makes now: after a change `npm run docs` makes it anew', () => {
    expect(page).toBe(metricsPage(RECORDINGS))
  })

  it.each(['StatMetrics', 'Quality', 'SelectedPair', 'Aggregate', 'AudioMos'])(
    'names every member of %s',
    (name) => {
      const members = membersOf(name)
      const isThere = (member: string) => page.includes(`\`${member}\``)
      expect(members.length).toBeGreaterThan(3)
      expect(
        members
          .map((member) => member.name)
          .filter((each) => !isThere(each) && !isThere(`${each}?`)),
      ).toEqual([])
    },
  )

  it('has a unit for every metric, and takes none without', () => {
    const flags = ['intervalSec', 'stale', 'reset', 'gap']
    const metrics = membersOf('StatMetrics').filter(({ name }) => !flags.includes(name))
    expect(metrics.map(({ name }) => unitOf(name)).filter((unit) => !unit)).toEqual([])
    expect(() => unitOf('loudness')).toThrow('unit: expected one in the name, got loudness')
  })

  it('has the metrics of one type once each', () => {
    const sections = page.split('\n### ').map((section) => section.match(/^\| `[^`]+`/gm) ?? [])
    for (const names of sections) expect(names).toEqual([...new Set(names)])
  })
})

test('docs/prometheus.md is what the collector exposes now: after a change `npm run docs` makes it anew', async () => {
  const written = readFileSync(new URL('../docs/prometheus.md', import.meta.url), 'utf8')
  expect(written).toBe(await prometheusPage())
})

describe('the columns', () => {
  /** The page, made of recordings of one object that was read at these polls. */
  function pageOf(recordings: Record<string, { source: string; readings: Stat[] }>): string {
    const folder = mkdtempSync(join(tmpdir(), 'recordings-'))
    for (const [file, { source, readings }] of Object.entries(recordings)) {
      const polls = readings.map((each) => ({ report: [each] }))
      const series = { source, peerConnections: [{ pcId: 'a', polls }] }
      writeFileSync(join(folder, file), JSON.stringify(series))
    }
    try {
      return metricsPage(pathToFileURL(`${folder}/`))
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
  const sent = (kind: string) =>
    [0, 1000].map((at) => stat('outbound-rtp', at, { kind, framesSent: at, bytesSent: at }))
  const made = pageOf({
    'two.synthetic.series.json': { source: 'Two', readings: sent('audio') },
    'one.series.json': { source: 'One', readings: sent('video') },
    'other.json': { source: 'Other', readings: [] },
  })
  const rowOf = (typeAndKind: string, first: string) => {
    const section = made.split(`### ${typeAndKind}\n`)[1] ?? ''
    return section.split('\n').find((line) => line.startsWith(`| ${first} `)) ?? ''
  }

  it('are the recordings by their source; what is synthetic says so', () => {
    expect(rowOf('outbound-rtp', 'metric')).toMatch(/\| rules \| One \| Two \(synthetic\) \|$/)
  })

  it('say of a metric whether it was there once, by type and kind', () => {
    expect(rowOf('outbound-rtp', '`bitrate`')).toMatch(/\| yes \| yes \|$/)
    expect(rowOf('outbound-rtp video', '`fpsSent`')).toMatch(/\| yes \|  \|$/)
    expect(rowOf('inbound-rtp', '`bitrate`')).toMatch(/\|  \|  \|$/)
  })

  it('that all lack a metric say so in words', () => {
    const words = 'Not seen in these recordings.'
    expect(rowOf('outbound-rtp', '`bitrate`')).not.toContain(words)
    expect(rowOf('inbound-rtp', '`bitrate`')).toContain(words)
  })

  it('are none where there is no recording', () => {
    expect(pageOf({})).not.toContain('Not seen in these recordings.')
  })
})

const DURATIONS = 'qualityLimitationDurations'
const OLDER = new Set(LEGACY_NAMES.values())

/** A reading with every member but one. What was received is most. `asked` gets the names of those that are read. */
function reading(value: number | undefined, asked: Set<string>, without = '', prefix = ''): Stat {
  return new Proxy(stat('any', 0), {
    get(_, key) {
      const member = String(key).replace(/\..*/, '')
      if (!OLDER.has(member)) asked.add(prefix + member)
      if (member !== key) return undefined
      if (member === without || OLDER.has(member) || value === undefined) return undefined
      if (member === DURATIONS) return { none: value, cpu: value, bandwidth: value, other: value }
      return member.endsWith('Received') ? 10 * value : value
    },
  })
}

/** What a formula makes of an interval from readings of one value to readings of another. */
function evaluate(
  formula: Formula,
  values: readonly [before: number | undefined, after: number | undefined],
  { without = '', ...has }: Partial<Moment> & { readonly without?: string } = {},
) {
  const asked = new Set<string>()
  const [previous, current] = values.map((value) => reading(value, asked, without))
  const [sent, sentMore] = values.map((value) => reading(value, asked, without, 'outbound-rtp.'))
  const value = formula({
    ...{ current: current as Stat, previous: previous as Stat, seconds: 1, isGap: false },
    ...{ newest: 100, isSelected: true, framesMovedAt: 0 },
    reportedOn: { current: sentMore as Stat, previous: sent as Stat },
    ...has,
  })
  return { isStated: value !== undefined && !Number.isNaN(value), asked }
}

const formulas = Object.entries(tabulate<Formula>(EVALUATE))
const described: Readonly<Record<string, Readonly<Record<string, Description>>>> =
  tabulate<Description>(DESCRIBE)
const cases = formulas.flatMap(([type, table]) =>
  Object.entries(table).map(([name, formula]) => ({
    type,
    name,
    formula,
    description: described[type]?.[name] as Description,
  })),
)

describe('what is said of a formula is so', () => {
  it.each(cases)('$type $name reads what it says', ({ formula, description }) => {
    const { asked } = evaluate(formula, [1, 2])
    // Where a member is missing it may turn to others.
    const others = [...asked].flatMap((without) => [
      ...evaluate(formula, [1, 2], { without }).asked,
    ])
    const read = new Set([...asked, ...others])
    expect([...read].sort()).toEqual([...description.members].sort())
  })

  it.each(cases)('$type $name has the edge rules it names', ({ formula, description }) => {
    const { rules, members } = description
    expect(evaluate(formula, [1, 2]).isStated).toBe(true)
    // After a reset, and in a stale reading, there is no predecessor either.
    const without = { previous: null, seconds: Number.NaN }
    const isOverInterval = !evaluate(formula, [1, 2], without).isStated
    for (const rule of ['E1', 'E2', 'E3', 'E6'] as const)
      expect([rule, rules.includes(rule)]).toEqual([rule, isOverInterval])
    const isDivided = isOverInterval && !evaluate(formula, [0, 0]).isStated
    expect(rules.includes('E5')).toBe(isDivided)
    // Every object has a timestamp.
    const needsMembers = members.some((member) => member !== 'timestamp')
    expect(evaluate(formula, [undefined, undefined]).isStated).toBe(false)
    expect(rules.includes('E4')).toBe(needsMembers)
  })
})
