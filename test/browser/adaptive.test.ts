// The poll interval follows the call, and each item says which one was in force.
import { afterEach, describe, expect, it } from 'vitest'
import type { PageItem } from '../../src/index.ts'
import { collect, startCall, startExporter } from './lifetimes.ts'
import { createRun, until } from './run.ts'

const NORMAL_MS = 500
/** No test waits for it: what comes after an item with this interval has come at once. */
const LONGEST_MS = 600_000

/** As the browser does when the tab is left, or seen again. */
function show(isShown: boolean): void {
  const state = { hidden: !isShown, visibilityState: isShown ? 'visible' : 'hidden' }
  for (const [name, value] of Object.entries(state)) {
    Object.defineProperty(document, name, { value, configurable: true })
  }
  document.dispatchEvent(new Event('visibilitychange'))
}

afterEach(() => {
  Reflect.deleteProperty(document, 'hidden')
  Reflect.deleteProperty(document, 'visibilityState')
})

describe('adaptive', () => {
  it('a call that is steady or hidden is polled slowly, and at once when something changes', async () => {
    const run = createRun()
    const adaptive = { minInterval: 250, maxInterval: LONGEST_MS }
    const exporter = startExporter({ url: run.url, getStatsInterval: NORMAL_MS, adaptive })
    const items = collect<PageItem>((listener) => exporter.on('timeline', listener))
    const call = startCall()
    exporter.addPeer({ peerId: 'alice', pc: call.alice })
    await call.connect()
    /** The interval of the first poll after so many items, of those that are like this. */
    const polled = async (start: number, isSo: (interval: number) => boolean): Promise<number> => {
      const isFound = ({ event, interval }: PageItem): boolean =>
        event === 'stats' && isSo(interval)
      await until(
        () => items.slice(start).some(isFound),
        (isThere) => isThere,
      )
      return items.findIndex((item, index) => index >= start && isFound(item))
    }
    /** Polls while it waits long, does something, and gives the interval of the poll that comes of it. */
    const after = async (event: string, act: () => unknown): Promise<number | undefined> => {
      const start = items.length
      await act()
      await until(
        () => items.slice(start).map((item) => item.event),
        (events) => events.includes(event),
      )
      const at = items.findIndex((item, index) => index >= start && item.event === event)
      expect(items[at]?.interval).toBe(LONGEST_MS)
      return items[await polled(at, () => true)]?.interval
    }

    // Steady.
    await polled(0, (interval) => interval > NORMAL_MS)
    // Hidden: the poll that it is said with is the last one for long.
    show(false)
    await polled(items.length, (interval) => interval === LONGEST_MS)
    expect(await after('visibilityChange', () => show(true))).toBeLessThan(LONGEST_MS)
    show(false)
    await polled(items.length, (interval) => interval === LONGEST_MS)
    expect(
      await after('signalingStateChange', () => call.alice.setLocalDescription()),
    ).toBeLessThan(LONGEST_MS)
    await exporter.destroy()
    const { items: sent } = await run.ledger()
    expect(new Set(sent.map(({ interval }) => interval))).toEqual(
      new Set(items.map(({ interval }) => interval)),
    )
  })
})
