import { beforeEach, describe, expect, it } from 'vitest'
import { decodeBody } from '../workers/body.ts'
import type { Queue } from '../workers/queue.ts'
import type { ProducerRow } from '../workers/rows.ts'
import type { Store } from '../workers/store.ts'
import { forget } from '../workers/strangers.ts'
import type { DropReason } from '../src/wire.ts'
import { PROFILE, queueOver, record, rows, STORES } from './stores.ts'

const LIMITS = { maxItems: 20, maxBytes: 96_000 }
const PRIVATE = { ...PROFILE, client: { ...PROFILE.client, userId: 'anna' } }

let store: Store

const producerRow = async (producer: string): Promise<ProducerRow | undefined> =>
  (await rows(store)).find(({ key }) => String(key) === `p,${producer}`)?.value as
    | ProducerRow
    | undefined

async function told(queue: Queue, producer: string): Promise<unknown> {
  const sealed = await queue.seal(producer, LIMITS)
  const batch = await queue.take(sealed?.key ?? [])
  return batch && decodeBody(batch.json)
}

describe.each(Object.entries(STORES))('clear on %s', (_mode, create) => {
  beforeEach(() => {
    store = create()
  })

  it('what another page left is counted, and told by whoever takes that page over', async () => {
    const losses: [DropReason, number][] = []
    const onDropped = (reason: DropReason, count: number): void => void losses.push([reason, count])
    const other = queueOver(store, { producers: ['p2'] })
    await other.enroll(PRIVATE, 'anna')
    await other.append([record(0, 1, 0, 'p2'), record(1, 1, 0, 'p2')])
    const queue = queueOver(store, { onDropped })
    await queue.enroll(PROFILE, null)
    await queue.clear()
    expect(losses).toEqual([['cleared', 2]])
    expect(await forget(queue, 'p2')).toEqual({ cleared: 2 })
  })

  it('nothing remains of who another page was', async () => {
    const other = queueOver(store, { producers: ['p2'] })
    await other.enroll(PRIVATE, 'anna')
    await other.append([record(0, 1, 0, 'p2')])
    const queue = queueOver(store)
    await queue.enroll(PROFILE, null)
    await queue.clear()
    expect(JSON.stringify(await rows(store))).not.toContain('anna')
  })

  it('a page that lives counts what was cleared once, and is still who it was', async () => {
    const other = queueOver(store, { producers: ['p2'] })
    await other.enroll(PRIVATE, 'anna')
    await other.append([record(0, 1, 0, 'p2'), record(1, 1, 0, 'p2')])
    const queue = queueOver(store)
    await queue.enroll(PROFILE, null)
    await queue.clear()
    await other.append([record(2, 1, 0, 'p2')])
    expect(await told(other, 'p2')).toMatchObject({ ...PRIVATE, dropped: { cleared: 2 } })
    expect(await producerRow('p2')).toMatchObject({ owner: 'anna', droppedInAll: { cleared: 2 } })
  })

  it('a loss that a cleared batch would have told is told by another one', async () => {
    const queue = queueOver(store)
    await queue.enroll(PROFILE, null)
    await queue.drop('page-buffer', 5)
    await queue.append([record(0)])
    await queue.seal('p1', LIMITS)
    await queue.clear()
    await queue.append([record(1)])
    expect(await told(queue, 'p1')).toMatchObject({ dropped: { 'page-buffer': 5, cleared: 1 } })
  })
})
