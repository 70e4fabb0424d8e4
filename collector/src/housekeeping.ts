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
/** Steps of retention in one period: the store has other things to do. */
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

  async function retain(): Promise<void> {
    for (let step = 0; step < MAX_STEPS && !isClosed; step += 1) {
      const receivedBefore = clock.now() - retentionMs
      const limits = { receivedBefore, maxBytes: retentionBytes, unwrittenStay: delivery !== null }
      if (!(await commits.between(() => store.retain(limits)))) return
    }
  }

  async function go(): Promise<void> {
    try {
      await save()
      await retain()
    } catch (error) {
      // The store's: the next round finds it well or not, and what was not saved is still there.
      tell(failedEvent(error))
    }
    if (!isClosed) cancel = clock.after(PERIOD_MS, begin)
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
