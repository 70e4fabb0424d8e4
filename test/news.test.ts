import { expect, it } from 'vitest'
import type { QueueState } from '../src/terms.ts'
import { NOTHING } from '../workers/census.ts'
import { createNews } from '../workers/news.ts'
import { createFakeClock } from './fake-clock.ts'

function create(read?: (state: QueueState) => Promise<QueueState>) {
  const clock = createFakeClock()
  const start = clock.elapsed()
  const told: [depth: number, atMs: number][] = []
  const app = { depth: 0, isListened: true, reads: 0 }
  const changed = createNews({
    clock,
    isListened: () => app.isListened,
    read: async () => {
      app.reads++
      const state: QueueState = { mode: 'indexeddb', ...NOTHING, depth: app.depth }
      return read ? read(state) : state
    },
    tell: (state) => told.push([state.depth, clock.elapsed() - start]),
  })
  const change = (): void => {
    app.depth++
    changed()
  }
  return { clock, told, app, change }
}

it('a change is told at once, then at most once a second, and the last state always is', async () => {
  const { clock, told, change } = create()
  for (let times = 0; times < 25; times++) {
    change()
    await clock.advance(100)
  }
  await clock.advance(10_000)
  expect(told).toEqual([
    [1, 0],
    [10, 1000],
    [20, 2000],
    [25, 3000],
  ])
})

it('nothing is read where nobody listens', async () => {
  const { clock, told, app, change } = create()
  app.isListened = false
  change()
  await clock.advance(5000)
  expect(app.reads).toBe(0)
  app.isListened = true
  change()
  await clock.advance(5000)
  expect(told.map(([depth]) => depth)).toEqual([2])
})

it('a state that could not be read is read again', async () => {
  let failures = 2
  const { clock, told, change } = create(async (state) => {
    if (failures-- > 0) throw new Error('no store')
    return state
  })
  change()
  await clock.advance(10_000)
  expect(told).toEqual([[1, 2000]])
})

it('states that take long to read are told in their order, none beside another', async () => {
  const gates: (() => void)[] = []
  const { clock, told, app, change } = create(
    (state) => new Promise((resolve) => gates.push(() => resolve(state))),
  )
  change()
  await clock.advance(3000)
  change()
  await clock.advance(3000)
  expect(app.reads).toBe(1)
  gates[0]?.()
  await clock.advance(1000)
  gates[1]?.()
  await clock.advance(0)
  expect(told).toEqual([
    [1, 6000],
    [2, 7000],
  ])
})
