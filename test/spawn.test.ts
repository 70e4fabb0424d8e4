import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { spawn } from '../src/spawn.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('a place whose code never comes says so, as one that never answers does', async () => {
  const failures: string[] = []
  const never = new Promise<never>(() => {})
  const terminate = vi.fn()
  const spawned = spawn(
    [
      {
        place: 'blob',
        open: async () => ({ endpoint: new MessageChannel().port1, failure: never, terminate }),
      },
      { place: 'page', open: () => never },
    ],
    (_, { message }) => failures.push(message),
  ).catch((error: Error) => error.message)
  await vi.advanceTimersByTimeAsync(4000)
  expect(await spawned).toBe('no worker and no engine in the page answered within 4000 ms')
  expect(failures).toEqual([
    'the worker from a blob does not run: it did not answer in time',
    'the engine in the page does not run: it did not answer in time',
  ])
  expect(terminate).toHaveBeenCalledOnce()
})
