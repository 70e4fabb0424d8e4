// What becomes of a body that was read, by whatever way it came: checked, kept, told.
import type { ReadBody } from './body.ts'
import { checkBatch } from './check.ts'
import type { Rejected } from './check.ts'
import { batchLine } from '../line.ts'
import type { Settings } from '../options.ts'
import type { Kept } from '../store/store.ts'

type Receipt =
  | { readonly status: 'kept'; readonly kept: Kept; readonly rejected: readonly Rejected[] }
  | { readonly status: 'refused'; readonly code: 400 | 413; readonly reason: string }

/** Resolves when the batch is kept: whoever sent it forgets it on our answer. */
export type Receive = (body: ReadBody) => Promise<Receipt>

export function createReceive({ store, log, now }: Settings): Receive {
  return async ({ value, bytes, isGzip }) => {
    const checked = checkBatch(value)
    if (checked.status === 'refused') return checked
    const { arrival, rejected } = checked
    const kept = await store.put(arrival)
    log(batchLine({ at: now(), arrival, kept, rejected: rejected.length, bytes, isGzip }))
    return { status: 'kept', kept, rejected }
  }
}
