import { expose } from 'comlink'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Opener } from '../src/candidates.ts'
import { PROTOCOL_VERSION } from '../src/protocol.ts'
import { spawn } from '../src/spawn.ts'
import type { Place } from '../src/terms.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const NEVER = new Promise<never>(() => {})

/** A place that can be opened at once, and answers after so long. */
function slow(place: Place, answersAfterMs: number): Opener {
  const { port1, port2 } = new MessageChannel()
  setTimeout(() => expose({ hello: () => PROTOCOL_VERSION }, port2), answersAfterMs)
  const terminate = (): void => {
    port1.close()
    port2.close()
  }
  return { place, open: async () => ({ endpoint: port1, failure: NEVER, terminate }) }
}

it.each<[string, number, Place, string[]]>([
  ['what was tried beside a slow place, which answers, has not failed', 1500, 'worker', []],
  [
    'a place that is given up for the one after it has failed',
    3000,
    'blob',
    ['the worker file does not run: it did not answer in time'],
  ],
])('%s', async (_, answersAfterMs, place, expected) => {
  const failures: string[] = []
  const openers = [slow('worker', answersAfterMs), slow('blob', 2500)]
  const spawned = spawn(openers, (__, { message }) => failures.push(message))
  for (let sec = 0; sec < 4; sec += 1) {
    await vi.advanceTimersByTimeAsync(1000)
    // What ports carry takes its own time.
    for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate)
  }
  const engine = await spawned
  engine.terminate()
  expect(engine.place).toBe(place)
  expect(failures).toEqual(expected)
})

it('a place whose code never comes says so, as one that never answers does', async () => {
  const failures: string[] = []
  const terminate = vi.fn()
  const spawned = spawn(
    [
      {
        place: 'blob',
        open: async () => ({ endpoint: new MessageChannel().port1, failure: NEVER, terminate }),
      },
      { place: 'page', open: () => NEVER },
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
