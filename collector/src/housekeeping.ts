// What a collector does while nobody asks: it saves its rooms, ends intervals, delivers files, gives up what is old.
import type { Commits } from './ingest/commits.ts'
import { failedEvent } from './log.ts'
import type { Tell } from './log.ts'
import type { Store } from './store/store.ts'
import type { Clock } from './streams/clock.ts'
import type { Delivery } from './streams/delivery.ts'
import type { RollUp } from './streams/roll-up.ts'

export interface HousekeepingParts {
  readonly commits: Pick<Commits, 'between'>
  readonly store: Pick<Store, 'retain'>
  readonly rollUp: Pick<RollUp, 'save'>
  /** Null: the files stay in the store. */
  readonly delivery: Delivery | null
  readonly retentionMs: number
  readonly retentionBytes: number
  readonly clock: Clock
  readonly tell: Tell
}

export interface Housekeeping {
  /** Saves the rooms once more. */
  close(): Promise<void>
}

/** A file comes so long after its interval at most, and a crash costs so much to be read again. */
const PERIOD_MS = 15_000
/** Steps of retention between two saves. */
const MAX_STEPS = 200

/** Begins at once, with what an earlier run left. */
export function keepHouse(parts: HousekeepingParts): Housekeeping {
  const { commits, store, rollUp, delivery, retentionMs, retentionBytes, clock, tell } = parts
  let isClosed = false
  let cancel = (): void => {}
  let round = Promise.resolve()

  async function save(): Promise<void> {
    if (await commits.between(() => rollUp.save())) delivery?.wake()
  }

  /** True where there may be more to give up. */
  async function retain(): Promise<boolean> {
    for (let step = 0; step < MAX_STEPS && !isClosed; step += 1) {
      const receivedBefore = clock.now() - retentionMs
      const limits = { receivedBefore, maxBytes: retentionBytes, unwrittenStay: delivery !== null }
      if (!(await commits.between(() => store.retain(limits)))) return false
    }
    return true
  }

  async function go(): Promise<void> {
    let isBehind = false
    try {
      await save()
      isBehind = await retain()
    } catch (error) {
      // The store's: the next round finds it well or not, and what was not saved is still there.
      tell(failedEvent(error))
    }
    // Else what comes faster than it is given up would fill the disk.
    if (!isClosed) cancel = clock.after(isBehind ? 0 : PERIOD_MS, begin)
  }

  function begin(): void {
    round = go()
  }

  delivery?.wake()
  begin()
  return {
    async close() {
      isClosed = true
      cancel()
      await round
      await delivery?.close()
      await save().catch((error: unknown) => tell(failedEvent(error)))
    },
  }
}
