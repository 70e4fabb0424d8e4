// The quick look at a `stats` item: never true where the schema says no.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isSoundStats } from '../collector/src/ingest/sound.ts'
import { itemSchema } from '../src/schema.ts'
import { itemOf } from './batches.ts'
import { TIMES } from './long.ts'

const sample = JSON.parse(
  readFileSync(new URL('fixtures/wire-batch.stats.json', import.meta.url), 'utf8'),
) as { items: [{ data: Record<string, unknown> }] }

const QUALITY = {
  audio: { inbound: { streams: 1 } },
  video: {},
  audioMos: { a: { mos: 4.4, r: 93, delayMs: 20, lossPct: 0 } },
  videoScore: { v: 3 },
  muted: ['a'],
  callSetupMs: null,
}
const data = { ...sample.items[0].data, metrics: { a: { bitrate: 1 } }, quality: QUALITY }
const ITEM = itemOf(7, { event: 'stats', tag: 'stats', data })

/** All places in a value, as the names that lead there. */
function placesIn(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path]
  const inside = Object.entries(value).flatMap(([name, member]) =>
    placesIn(member, [...path, name]),
  )
  return [path, ...inside]
}

const PLACES = placesIn(ITEM)
const odd = fc.oneof(
  fc.constantFrom(null, 0, -1, 0.5, 2 ** 53, '', 'x', true, false, [], {}, [null], { id: 1 }),
  fc.constantFrom(
    Infinity,
    '2026-02-30T12:03:04.512Z',
    '2026-03-01T12:03:04Z',
    '+026-03-01T12:03:04.5Z',
  ),
  fc.jsonValue({ maxDepth: 2 }),
)

/** The item with something else at a place, or nothing. */
function mutated(place: string[], value: unknown, isGone: boolean): unknown {
  if (place.length === 0) return value
  const copy = structuredClone(ITEM) as unknown as Record<string, unknown>
  let holder = copy
  for (const name of place.slice(0, -1)) holder = holder[name] as Record<string, unknown>
  const last = place.at(-1) ?? ''
  // A list of JSON has no holes.
  if (isGone && Array.isArray(holder)) holder.splice(Number(last), 1)
  else if (isGone) delete holder[last]
  else holder[last] = value
  return copy
}

test('it takes what the exporter sends', () => {
  expect(isSoundStats(ITEM)).toBe(true)
  expect(itemSchema.parse(ITEM)).toEqual(ITEM)
})

test('what it takes the schema takes, as it is', () => {
  let sound = 0
  const item = fc.tuple(fc.constantFrom(...PLACES), odd, fc.boolean())
  fc.assert(
    fc.property(item, ([place, value, isGone]) => {
      const candidate = mutated(place, value, isGone)
      if (!isSoundStats(candidate)) return
      sound += 1
      expect(itemSchema.safeParse(candidate)).toEqual({ success: true, data: candidate })
    }),
    { numRuns: 3000 * TIMES },
  )
  expect(sound).toBeGreaterThan(100)
}, 120_000)
