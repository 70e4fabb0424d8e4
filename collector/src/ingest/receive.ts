// What becomes of a body that was read, by whatever way it came: checked, kept, told.
import type { Location } from '../facts.ts'
import { batchEvent } from '../log.ts'
import type { Settings } from '../options.ts'
import type { Kept } from '../store/store.ts'
import type { ReadBody } from './body.ts'
import { checkBatch } from './check.ts'
import type { Checked, Rejected } from './check.ts'
import type { Commits } from './commits.ts'

type Sound = Extract<Checked, { status: 'ok' }>

/** What became of it. */
export type Receipt =
  | { readonly status: 'kept'; readonly kept: Kept; readonly rejected: readonly Rejected[] }
  | { readonly status: 'refused'; readonly code: 400 | 413; readonly reason: string }

/** Resolves when the batch is kept: whoever sent it forgets it on our answer. */
export type Receive = (body: ReadBody, location: Location) => Promise<Receipt>

export function createReceive(commits: Commits, { tell }: Settings): Receive {
  async function keep(
    { arrival, rejected }: Sound,
    sent: Pick<ReadBody, 'bytes' | 'isGzip'>,
  ): Promise<Receipt> {
    const kept = await commits.put(arrival)
    tell(batchEvent({ arrival, kept, rejected: rejected.length, ...sent }))
    return { status: 'kept', kept, rejected }
  }

  // Not async itself: what was refused of a parsed body, nothing holds while the store works.
  return ({ value, bytes, isGzip }, location) => {
    const checked = checkBatch(value, location)
    if (checked.status === 'refused') return Promise.resolve(checked)
    return keep(checked, { bytes, isGzip })
  }
}
